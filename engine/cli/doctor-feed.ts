/**
 * What `doctor` asks of a change feed, reading only: its newest entry and one page of one. A source comes in, a finding goes out.
 */
import type { Config, Source } from '../compile/config.ts';
import type { ChangeFeedEntry, FeedItem } from '../dicom/entry.ts';
import { type EngineError, ERROR_TABLE, isEngineError } from '../errors.ts';
import { createChangeFeed } from '../io/change-feed.ts';
import { feedClient } from './clients.ts';
import type { CheckResult } from './doctor-check.ts';
import { readState } from './error-store.ts';
import { type Lag, lagOf, lagText } from './status.ts';

export interface FeedResult extends CheckResult {
  readonly source: string;
  readonly apiVersion: 'v1' | 'v2';
  /** Sequence of the newest entry; undefined for an empty feed. */
  readonly newest?: number;
  readonly lag?: Lag;
  /** Undefined where the feed could be read. */
  readonly error?: EngineError;
}

/** Where the partition feature is off, every entry has this partition. */
const NO_PARTITION = 'Microsoft.Default';

export async function checkFeed(config: Config, source: Source, signal: AbortSignal): Promise<FeedResult> {
  const { id, apiVersion } = source;
  const common = { check: 'change feed', source: id, apiVersion };
  let http: ReturnType<typeof feedClient> | undefined;
  try {
    http = feedClient(source, signal);
    const feed = createChangeFeed({ http, apiVersion, ignoreJsonParsingErrors: true });
    const newest = await feed.newest?.();
    if (!newest) return { ...common, verdict: 'ok', text: `${apiVersion}, empty` };
    const from = apiVersion === 'v1' && newest.sequence > 1 ? { sequence: newest.sequence - 1 } : undefined;
    const { items } = await feed.page(from, 1);
    const known = readState(config, (state) => state.status(id)) ?? {};
    const lag = lagOf({ ...known, newest });
    const told = { ...common, newest: newest.sequence, ...(lag ? { lag } : {}) };
    const behind =
      known.position === undefined ? 'nothing read yet' : `to be read: ${lag ? lagText(lag) : '?'}`;
    const text = `${apiVersion}, newest entry ${newest.sequence}; ${behind}`;
    if (known.position !== undefined && known.position.sequence > newest.sequence)
      return {
        ...told,
        verdict: 'problem',
        text: `${text}; it ends before the checkpoint ${known.position.sequence}`,
        help: ERROR_TABLE['feed.rebuilt'].hint,
      };
    return { ...told, ...aboutEntry(items[0], source), text };
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return {
      ...common,
      verdict: 'problem',
      text: `${error.code}: ${error.message}`,
      help: error.hint,
      error,
    };
  } finally {
    http?.close();
  }
}

function aboutEntry(
  item: FeedItem | undefined,
  { partitions }: Source,
): Pick<CheckResult, 'verdict' | 'help'> {
  if (!item) return { verdict: 'ok' };
  if ('malformed' in item)
    return { verdict: 'note', help: 'An entry cannot be read: see ignoreJsonParsingErrors.' };
  const { partitionName } = item satisfies ChangeFeedEntry;
  if (partitionName === undefined || partitionName === NO_PARTITION || partitions === 'separate')
    return { verdict: 'ok' };
  return {
    verdict: 'note',
    help: 'The service has partitions: partitions: separate keeps copies of an instance apart; see the README.',
  };
}
