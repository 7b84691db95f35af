/**
 * `dicomcast test --update`: results come in; goldens that are missing or differ are written, and what was written, or why it was
 * not, goes out.
 */
import { dirname, resolve } from 'node:path';
import { writeText } from '../io/files.ts';
import type { CaseResult, Failure } from '../testing/case-result.ts';
import { shown } from './project.ts';
import type { Terminal } from './terminal.ts';
import type { FileRun } from './test-run.ts';

export interface Accepted {
  /** The results, those whose golden was written without its failure. */
  readonly files: readonly FileRun[];
  readonly notes: ReadonlyMap<CaseResult, Note>;
  /** What was written, by path, and for which case. */
  readonly written: ReadonlyMap<string, { readonly text: string; readonly by: string }>;
  /** True when something was written now. */
  readonly wrote: boolean;
}

export interface Note {
  /** `wrote test/golden/a.json`, or why it was not written. */
  readonly text: string;
  /** What was accepted. */
  readonly accepted?: Failure;
}

/** `before`: what an earlier run wrote; its notes stay with the cases of the same file and name. */
export function acceptGoldens(terminal: Terminal, files: readonly FileRun[], before?: Accepted): Accepted {
  const written = new Map(before?.written);
  let wrote = false;
  const notes = new Map<CaseResult, Note>();
  const earlier = notesByCase(before);
  const accept = (result: CaseResult, path: string): CaseResult => {
    const { golden } = result;
    if (!golden || golden.isSame) {
      const note = earlier.get(nameOf(result));
      if (note?.accepted) notes.set(result, note);
      return result;
    }
    const target = resolve(dirname(path), golden.path);
    const file = shown(terminal, target);
    const other = written.get(target);
    const reason =
      golden.refused ??
      (other && other.by !== nameOf(result) && other.text !== golden.text
        ? 'another case wants something else there'
        : writeText(target, golden.text));
    if (reason !== undefined) {
      notes.set(result, { text: `${file} was not written: ${reason}` });
      return result;
    }
    written.set(target, { text: golden.text, by: nameOf(result) });
    wrote = true;
    const failures = result.failures.filter(({ kind }) => kind !== 'golden');
    const outcome = failures.length === 0 ? 'passed' : 'failed';
    const accepted: CaseResult = { ...result, failures, outcome, golden: { ...golden, isSame: true } };
    const was = result.failures.find(({ kind }) => kind === 'golden');
    notes.set(accepted, { text: `wrote ${file}`, ...(was ? { accepted: was } : {}) });
    return accepted;
  };
  const changed = files.map((each) => ({
    ...each,
    results: each.results.map((result) => accept(result, each.path)),
  }));
  return { files: changed, notes, written, wrote };
}

function notesByCase(before: Accepted | undefined): ReadonlyMap<string, Note> {
  return new Map([...(before?.notes ?? [])].map(([result, note]) => [nameOf(result), note]));
}

function nameOf({ file, name }: CaseResult): string {
  return `${file} ${name}`;
}
