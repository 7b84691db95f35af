/**
 * When the engine stops reading instead of draining the feed into the error store: what came of the entries comes in, the
 * reason to pause goes out when most of the studies seen last came to nothing for one and the same rule.
 */
import { EngineError } from './errors.ts';
import type { Pause } from './ports.ts';
import type { SettledEntry } from './window.ts';

/** Studies, not entries: one study of a thousand instances that lacks a tag is no reason to stop. */
const STUDIES = 20;
const FAILED = 16;

export type PauseReason = Omit<Pause, 'plan' | 'since'>;

interface StudyOutcome {
  readonly isStored: boolean;
  readonly failure?: SettledEntry['failure'];
}

/** A function that is told of settled entries, in the order of the feed. A study with one stored entry has not failed. */
export function createPauseWatch(): (settled: readonly SettledEntry[]) => PauseReason | undefined {
  /** Last seen last. */
  const studies = new Map<string, StudyOutcome>();
  return (settled) => {
    for (const { sequence, study = `entry ${sequence}`, failure } of settled) {
      const before = studies.get(study);
      studies.delete(study);
      studies.set(study, { isStored: !failure || (before?.isStored ?? false), failure });
      const [oldest] = studies.keys();
      if (studies.size > STUDIES && oldest !== undefined) studies.delete(oldest);
    }
    const failures = [...studies.values()].flatMap(({ isStored, failure }) =>
      isStored || !failure ? [] : [failure],
    );
    for (const [first, ...others] of Map.groupBy(failures, ({ code, rule }) => `${code} ${rule}`).values()) {
      const failed = others.length + 1;
      if (!first || failed < FAILED) continue;
      return { code: first.code, ...(first.rule ? { rule: first.rule } : {}), failed, of: STUDIES };
    }
    return undefined;
  };
}

/** `16 of the last 20 studies came to nothing: dicom.missing-tag at <mapping>.identifier` */
export function pauseText({ failed, of, code, rule }: PauseReason): string {
  return `${failed} of the last ${of} studies came to nothing: ${code}${rule ? ` at ${rule}` : ''}`;
}

export function pausedError(pause: Pause): EngineError {
  return new EngineError('engine.paused', `paused since ${pause.since}: ${pauseText(pause)}`, {
    ...(pause.rule ? { rule: pause.rule } : {}),
  });
}
