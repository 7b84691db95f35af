/**
 * Paging through version 2 of the change feed, which lists rows by timestamp: a position goes in, the page that follows it
 * comes out. An entry can appear behind rows that were read already, since its timestamp is older than its commit.
 *
 * The feed is read in passes. A pass covers a fixed window: from the newest time of the pass before minus the overlap, to the
 * newest entry there is when it starts. Whatever committed late meanwhile lies in the window of the next pass, provided
 * that it is not later than the overlap, and is known by its sequence not being in the set of those given. The window is
 * walked by moving its start to the last timestamp, because the service pays for every row that `offset` skips.
 */
import type { FeedItem } from '../dicom/entry.ts';
import { EngineError } from '../errors.ts';
import type { EntryPlace, FeedPage, FeedPosition } from '../ports.ts';
import { createPageSizes } from './feed-ahead.ts';
import type { AskedSpan, FeedRequests } from './feed-requests.ts';
import { feedTime, moveTime } from './feed-time.ts';
import type { ReadPage } from './feed-v1.ts';
import { type SequenceSet, sequenceSet } from './sequence-set.ts';

/** Five minutes: ten times the 30 s after which the service gives up a statement. */
export const OVERLAP_MS = 5 * 60_000;
/** The service refuses more rows. */
export const MAX_ROWS = 200;
/** Requests without a new entry that one call makes before it hands back how far it came. */
const REQUESTS_PER_CALL = 100;
/** Characters of each set of sequences in a stored position. */
const SET_LENGTH = 4000;
const EMPTY: SequenceSet = sequenceSet();

interface Progress {
  /** Highest sequence given. */
  readonly sequence: number;
  /** Newest timestamp read. */
  readonly top?: string;
  /** Given with timestamps that this pass lists again. */
  readonly given: SequenceSet;
  readonly pass?: Pass;
}

interface Pass {
  /** Inclusive; undefined is the beginning of the feed. */
  readonly from?: string;
  /** Timestamp of the newest entry when the pass began. */
  readonly newest: string;
  /** Rows at `from` that are done. */
  readonly skip: number;
  /** Where the overlap of the next pass begins, and the sequences of this pass from there on. */
  readonly tailFrom: string;
  readonly tail: SequenceSet;
  /** Last timestamp that the pass before had read: up to there, rows are probably known. */
  readonly knownTo?: string;
}

export interface TimeReaderOptions {
  readonly now: () => number;
  readonly overlapMs?: number;
  /** Requests at the same time, while a pass goes over ground that is new. */
  readonly readAhead?: number;
}

export function createTimeReader(
  requests: FeedRequests,
  { now, overlapMs = OVERLAP_MS, readAhead = 1 }: TimeReaderOptions,
): ReadPage {
  const line = createLine(requests, readAhead);
  // What a stored position leaves out: sets that are too long for it.
  let last: { readonly text: string; readonly progress: Progress } | undefined;
  let quiet: Quiet | undefined;
  let passBegan = Number.NEGATIVE_INFINITY;
  let newest: EntryPlace | undefined;

  async function learnNewest(): Promise<FeedItem | undefined> {
    const latest = await requests.latest();
    const { sequence, timestamp } = latest ?? {};
    newest = sequence === undefined ? undefined : { sequence, ...(timestamp ? { timestamp } : {}) };
    return latest;
  }

  function handOut(items: readonly FeedItem[], progress: Progress, drained: boolean): FeedPage {
    const next = encode(progress);
    const text = JSON.stringify(next);
    last = { text, progress };
    if (!progress.pass) {
      const since = quiet?.position === text ? quiet.since : now();
      quiet = { position: text, since, scanned: passBegan };
    }
    return {
      items: items.toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0)),
      next,
      drained,
      ...(newest ? { newest } : {}),
    };
  }

  /** Undefined when there is nothing to read. */
  async function begin(progress: Progress, text: string): Promise<Progress | undefined> {
    const began = now();
    const latest = await learnNewest();
    if (!latest) {
      if (progress.sequence > 0) throw rebuilt('it is empty');
      return undefined;
    }
    const { top, given } = progress;
    const latestTime = feedTime(latest.timestamp);
    if (latestTime === undefined) {
      throw new EngineError(
        'feed.malformed',
        'the newest entry of the change feed has no readable timestamp',
      );
    }
    // A service may call the highest sequence its newest entry; its timestamp can then be a little older than `top`.
    const newestTime = later(top, latestTime);
    if (top !== undefined) {
      if (latestTime < moveTime(top, -overlapMs))
        throw rebuilt('its newest entry is older than the checkpoint');
      if ((latest.sequence ?? 0) < progress.sequence) await refuseOtherFeed(requests, progress, top);
      // Read once more when every statement as old as the newest entry was over: nothing can come late any more.
      const isSettled = quiet?.position === text && quiet.scanned - quiet.since > overlapMs;
      if (isSettled && newestTime === top) return undefined;
    }
    passBegan = began;
    return {
      ...progress,
      pass: {
        from: top === undefined ? undefined : moveTime(top, -overlapMs),
        newest: newestTime,
        skip: 0,
        tailFrom: moveTime(newestTime, -overlapMs),
        tail: sequenceSet(),
        knownTo: top ?? (given.isEmpty ? undefined : newestTime),
      },
    };
  }

  return async (after, limit, includeMetadata) => {
    const text = JSON.stringify(after);
    const isNext = last !== undefined && text === last.text;
    let progress = last && isNext ? last.progress : decode(after);
    if (!isNext) line.clear();
    if (!progress.pass) {
      const begun = await begin(progress, text);
      if (!begun) return { items: [], next: after ?? { sequence: 0 }, drained: true };
      progress = begun;
    }
    const width = Math.max(1, Math.min(Math.trunc(limit), MAX_ROWS));
    // A pass that an engine before this one began: how far it goes is worth asking once.
    if (readAhead > 1 && includeMetadata && !newest) await learnNewest();
    for (let asked = 0; asked < REQUESTS_PER_CALL; asked++) {
      const left = includeMetadata ? (newest?.sequence ?? 0) - progress.sequence : 0;
      const step = await takeStep(requests, line, progress, { width, includeMetadata, left });
      if (step.isEnd) return handOut(step.items, endPass(step.progress), true);
      progress = step.progress;
      if (step.items.length > 0) return handOut(step.items, progress, false);
    }
    return handOut([], progress, false);
  };
}

/** Since when a position without anything new stands, and when the last whole pass over it began. */
interface Quiet {
  readonly position: string;
  readonly since: number;
  readonly scanned: number;
}

interface Step {
  readonly items: readonly FeedItem[];
  readonly progress: Progress;
  readonly isEnd: boolean;
}

/** Blocks of rows that follow one another, asked for before their turn. */
interface Line {
  /** The rows at the start of the pass, and behind them so many blocks as `left` rows may fill. */
  read(pass: Pass, want: Want): Promise<{ readonly rows: readonly FeedItem[]; readonly limit: number }>;
  clear(): void;
}

interface Want {
  readonly width: number;
  readonly includeMetadata: boolean;
  /** How many rows may follow at most; 0 when nobody knows. */
  readonly left: number;
}

/**
 * A row that commits late moves those behind it: a block that was asked for before may then lack the row that the block before
 * it lost. Such a row is no older than the one that came late, so it lies in the window of the next pass and is met there.
 */
function createLine(requests: FeedRequests, readAhead: number): Line {
  const sizes = createPageSizes(readAhead);
  const blocks: AskedSpan[] = [];
  let limit = 0;
  const clear = (): void => {
    blocks.length = 0;
  };
  return {
    clear,
    async read(pass, { width, includeMetadata, left }) {
      if (limit !== width) clear();
      limit = width;
      const size = sizes.width(width);
      let rows = blocks.reduce((sum, { span }) => sum + span.limit, 0);
      while (blocks.length === 0 || (blocks.length < sizes.requests(size) && rows < left)) {
        const span = spanOf(pass, size);
        blocks.push(requests.ask({ ...span, offset: span.offset + rows }, includeMetadata));
        rows += size;
      }
      const [block] = blocks.splice(0, 1);
      if (!block) throw new TypeError('a block was asked for');
      const before = requests.bytesRead();
      try {
        const items = await requests.read(block.span, includeMetadata, undefined, block);
        if (includeMetadata) sizes.note(requests.bytesRead() - before, items.length);
        // Whatever stands behind a block that is not full does not follow it.
        if (items.length < block.span.limit) clear();
        return { rows: items, limit: block.span.limit };
      } catch (error) {
        clear();
        throw error;
      }
    },
  };
}

/** One read of the window: known rows are passed over without their metadata, new ones are read with it. */
async function takeStep(requests: FeedRequests, line: Line, progress: Progress, want: Want): Promise<Step> {
  const { pass, given } = progress;
  if (!pass) throw new TypeError('no pass is under way');
  const { width, includeMetadata } = want;
  const isKnownGround = pass.knownTo !== undefined && (pass.from ?? '') <= pass.knownTo && !given.isEmpty;
  if (isKnownGround) {
    line.clear();
    const rows = await requests.read(spanOf(pass, MAX_ROWS), false);
    const isNew = (row: FeedItem | undefined) => row !== undefined && !isGiven(row, given);
    const first = rows.findIndex(isNew);
    if (first < 0) return advance(progress, pass, rows, rows.length < MAX_ROWS);
    const current = walk(pass, rows.slice(0, first));
    let run = 1;
    while (run < width && isNew(rows[first + run])) run++;
    const found = await requests.read(spanOf(current, run), includeMetadata);
    return advance(progress, current, found, found.length < run);
  }
  const { rows, limit } = await line.read(pass, want);
  return advance(progress, pass, rows, rows.length < limit);
}

function advance(progress: Progress, from: Pass, rows: readonly FeedItem[], isShort: boolean): Step {
  const items = rows.filter((row) => !isGiven(row, progress.given));
  const times = rows.map(timeOf).filter((time) => time !== undefined);
  const top = times.reduce<string | undefined>(later, progress.top);
  const sequence = rows.reduce((highest, row) => Math.max(highest, row.sequence ?? 0), progress.sequence);
  const pass = walk(from, rows);
  // A short answer alone may be a service with a lower limit: the end is where the newest entry was met, or nothing follows.
  const isEnd = rows.length === 0 || (isShort && (pass.from ?? '') >= pass.newest);
  return { items, progress: { ...progress, sequence, top, pass }, isEnd };
}

/** Moves the start of the window behind `rows`, and remembers those that the next pass lists again. */
function walk(pass: Pass, rows: readonly FeedItem[]): Pass {
  for (const row of rows) {
    const isListedAgain = (timeOf(row) ?? pass.newest) >= pass.tailFrom;
    if (row.sequence !== undefined && isListedAgain) pass.tail.add(row.sequence);
  }
  const last = rows.findLast((row) => timeOf(row) !== undefined);
  const time = last && timeOf(last);
  if (time === undefined || time <= (pass.from ?? '')) return { ...pass, skip: pass.skip + rows.length };
  const firstAtTime = rows.findIndex((row) => timeOf(row) === time);
  return { ...pass, from: time, skip: rows.length - firstAtTime };
}

function endPass({ pass, ...progress }: Progress): Progress {
  return { ...progress, given: pass?.tail ?? progress.given };
}

function isGiven(row: FeedItem, given: SequenceSet): boolean {
  return row.sequence !== undefined && given.has(row.sequence);
}

function timeOf(row: FeedItem): string | undefined {
  return feedTime(row.timestamp);
}

function later(a: string | undefined, b: string): string {
  return a === undefined || b > a ? b : a;
}

function spanOf({ from, newest, skip }: Pass, limit: number) {
  // `endTime` is exclusive.
  return { offset: skip, limit, from, to: moveTime(newest, 1) };
}

/** The newest entry has a lower sequence than the checkpoint: by a late commit, or because this is another feed. */
async function refuseOtherFeed(requests: FeedRequests, { given }: Progress, top: string): Promise<void> {
  const rows = await requests.read({ offset: 0, limit: MAX_ROWS, from: top, to: moveTime(top, 1) }, false);
  if (!rows.some((row) => isGiven(row, given))) throw rebuilt('it no longer has the entry at the checkpoint');
}

function rebuilt(why: string): EngineError {
  return new EngineError('feed.rebuilt', `this is not the change feed of the checkpoint: ${why}`);
}

function encode({ sequence, top, given, pass }: Progress): FeedPosition {
  return {
    sequence,
    ...(top === undefined ? {} : { top }),
    ...(given.isEmpty ? {} : { given: given.text(SET_LENGTH) }),
    ...(pass && {
      ...(pass.from === undefined ? {} : { from: pass.from }),
      ...(pass.knownTo === undefined ? {} : { knownTo: pass.knownTo }),
      ...(pass.tail.isEmpty ? {} : { tail: pass.tail.text(SET_LENGTH) }),
      newest: pass.newest,
      tailFrom: pass.tailFrom,
      skip: pass.skip,
    }),
  };
}

function decode(position: FeedPosition | undefined): Progress {
  if (!position) return { sequence: 0, given: EMPTY };
  const text = (key: string) => (typeof position[key] === 'string' ? (position[key] as string) : undefined);
  const newest = text('newest');
  const tailFrom = text('tailFrom');
  const isUnderWay = newest !== undefined && tailFrom !== undefined;
  // A position of version 1 has everything up to its sequence behind it.
  const isFromVersion1 = text('top') === undefined && !isUnderWay;
  return {
    sequence: position.sequence,
    top: text('top'),
    given: sequenceSet(text('given') ?? (isFromVersion1 ? `0-${position.sequence}` : '')),
    ...(isUnderWay && {
      pass: {
        from: text('from'),
        newest,
        tailFrom,
        knownTo: text('knownTo'),
        skip: Number(position['skip'] ?? 0),
        tail: sequenceSet(text('tail')),
      },
    }),
  };
}
