/**
 * Updates as JSON Patch (`fhir.patch`): transactions and what became of them come in, whether the next one may have patches goes out.
 * A patch only saves bytes. What is refused with patches is sent again in whole resources, and after some that were refused
 * although nobody else had written, patches are given up: nothing is ever lost to them.
 */
import type { Transaction } from './apply/transaction.ts';
import { isEngineError } from './errors.ts';
import type { Log } from './ports.ts';

/** One for all pipelines that write to one server. */
export interface Patching {
  forGroup(): GroupPatching;
}

/** The patches of one group, through all of its attempts. */
export interface GroupPatching {
  /** Whether the next transaction may have patches. */
  areWanted(): boolean;
  /** Stored; undefined: there was nothing left to store. */
  stored(transaction: Transaction | undefined): void;
  /** True where the same is to be sent again at once, in whole resources, after what is stored was read again. */
  areToBlame(transaction: Transaction, error: unknown): boolean;
}

/** So many in a row are no accident. */
const REFUSALS = 3;

export const NO_PATCHES: GroupPatching = {
  areWanted: () => false,
  stored: () => undefined,
  areToBlame: () => false,
};

export function createPatching(log: Log): Patching {
  let refusals = 0;
  const refused = (): void => {
    if (++refusals !== REFUSALS) return;
    log.warn('patch', {
      message: `the FHIR server refused ${REFUSALS} patches in a row that it took as whole resources: no more are sent`,
      help: 'See what `dicomcast doctor` says about patches, and take fhir.patch out of the configuration.',
    });
  };
  return {
    forGroup() {
      /** What a refused transaction would have patched. */
      let unpatched: ReadonlyMap<string, string> | undefined;
      return {
        areWanted: () => unpatched === undefined && refusals < REFUSALS,
        stored(transaction) {
          if (transaction && versionsOf(transaction, 'PATCH').size > 0) refusals = 0;
          if (!unpatched) return;
          // Another version: somebody else wrote, and the patch was refused for good reason.
          const whole = transaction ? versionsOf(transaction, 'PUT') : unpatched;
          if ([...unpatched].every(([slot, version]) => whole.get(slot) === version)) refused();
        },
        areToBlame(transaction, error) {
          const patched = versionsOf(transaction, 'PATCH');
          if (patched.size === 0 || !isEngineError(error)) return false;
          // Servers say in many ways that a test failed; one that is busy or gone says nothing about patches.
          const { action, code, details } = error;
          const isAnswer = action === 'skip' || action === 'redo' || code === 'fhir.invalid-answer';
          if (!isAnswer && details.status !== 500) return false;
          unpatched = patched;
          return action === 'skip';
        },
      };
    },
  };
}

/** The versions of what is updated by the method, by slot. */
function versionsOf({ bundle, changes }: Transaction, method: 'PUT' | 'PATCH'): ReadonlyMap<string, string> {
  const versions = new Map<string, string>();
  for (const [index, { slot, current }] of changes.entries()) {
    if (current && bundle.entry[index]?.request.method === method) versions.set(slot, current.versionId);
  }
  return versions;
}
