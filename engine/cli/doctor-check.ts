/**
 * What the questions of `doctor` have in common: the words of a finding, test resources, and what refuses a transaction.
 */
import { type EntryAnswer, isSuccess, probeToken, type Reply, type Session } from './doctor-session.ts';

export interface CheckResult {
  readonly check: string;
  /** `problem`: the engine would lose something there, or cannot work; `note`: it works, though something is done differently. */
  readonly verdict: 'ok' | 'note' | 'problem' | 'unknown';
  readonly text: string;
  readonly help?: string;
  /** Settings that follow, by their path in the configuration. */
  readonly settings?: Readonly<Record<string, number>>;
}

export interface CheckOptions {
  readonly session: Session;
  /** As configured. */
  readonly maxTransactionEntries: number;
  readonly patch: boolean;
  now(): number;
  sleep(ms: number): Promise<void>;
}

type Answer = Omit<CheckResult, 'check'>;
export type Check = (options: CheckOptions) => Promise<Answer>;

export const ok = (text: string): Answer => ({ verdict: 'ok', text });
export const note = (text: string, help?: string): Answer => ({
  verdict: 'note',
  text,
  ...(help ? { help } : {}),
});
export const problem = (text: string, help: string): Answer => ({ verdict: 'problem', text, help });
export const unknown = (text: string): Answer => ({ verdict: 'unknown', text });
export const UNMADE = unknown('could not be told: the test resource was not made');

/** Undefined where the server did not make it. */
export async function made(
  { session }: CheckOptions,
  name: string,
): Promise<(EntryAnswer & { readonly location: string }) | undefined> {
  const resource = session.resource({ value: session.value(name) });
  const [entry] = (await session.transact([{ method: 'POST', resource }])).entries;
  return entry?.status === 201 && entry.location !== undefined
    ? { ...entry, location: entry.location }
    : undefined;
}

/** `answered 412`, or how the entry at fault was answered under 200. */
export function refusalIn({ status, entries }: Reply): string | undefined {
  const failed = entries.find((entry) => !isSuccess(entry.status));
  if (!isSuccess(status)) return `answered ${status}`;
  return failed ? `answered ${status} with an entry of ${failed.status}` : undefined;
}

/** Two resources with one identifier, so that a condition on it cannot be fulfilled. */
export async function twins(options: CheckOptions): Promise<string | undefined> {
  const value = options.session.value('twins');
  if ((await options.session.find(probeToken(value))).length > 1) return value;
  for (const _ of [1, 2]) if (!(await made(options, 'twins'))) return undefined;
  await options.session.find(probeToken(value));
  return value;
}
