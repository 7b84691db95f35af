/**
 * `dicomcast map`: one DICOM file or DICOM JSON comes in, the resources that it becomes on an empty FHIR server go out as
 * JSON. Nothing is sent anywhere.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createMemo } from '../apply/memo.ts';
import { createFold } from '../apply/merge.ts';
import { draftEntry } from '../apply/transform.ts';
import { validateChanges } from '../apply/validate.ts';
import { readElement } from '../dicom/dataset.ts';
import type { DicomJson } from '../dicom/entry.ts';
import { readEntry } from '../dicom/entry.ts';
import { isEngineError } from '../errors.ts';
import { readInstance } from '../io/dicom-file.ts';
import { reportFailure } from './failure.ts';
import { loadProject, type ProjectOptions, sourceOf } from './project.ts';
import { EXIT, type Terminal } from './terminal.ts';

const UIDS = {
  studyInstanceUid: '0020000D',
  seriesInstanceUid: '0020000E',
  sopInstanceUid: '00080018',
} as const;

/** Exit code 1 when the instance would have gone to the error store; what was left out is told on standard error. */
export async function map(terminal: Terminal, fileName: string, options: ProjectOptions): Promise<number> {
  const project = loadProject(terminal, options);
  if (!project) return EXIT.findings;
  const { plan, config } = project;
  try {
    const metadata = readFile(terminal, fileName);
    if (!metadata) return EXIT.findings;
    const entry = readEntry({
      sequence: 1,
      action: 'create',
      state: 'current',
      ...uidsOf(metadata),
      metadata,
    });
    if ('malformed' in entry) {
      terminal.err(`error[entry.malformed]: ${fileName}: ${entry.reason}\n`);
      return EXIT.findings;
    }
    const source = sourceOf(config);
    const draft = await draftEntry(
      plan,
      entry,
      { source, enforceTagValues: config.enforceValidationOfTagValues },
      createMemo(),
    );
    for (const issue of draft.issues) terminal.err(`left out: ${issue.rule}: ${issue.message}\n`);
    const fold = createFold(new Map());
    const failed = draft.failed ?? fold.step(draft);
    if (failed) {
      terminal.err(`error[${failed.code}]: ${failed.rule ?? fileName}: ${failed.message}\n`);
      return EXIT.findings;
    }
    const changes = fold.finish();
    for (const { message } of validateChanges(changes, plan, { source }))
      terminal.err(`warning: ${message}\n`);
    terminal.out(
      `${JSON.stringify(
        changes.map(({ resource }) => resource),
        null,
        2,
      )}\n`,
    );
    return EXIT.ok;
  } catch (error) {
    return reportFailure(terminal, error);
  }
}

/** Undefined when it cannot be read; the reason is printed then. */
function readFile(terminal: Terminal, fileName: string): DicomJson | undefined {
  try {
    return readInstance(readFileSync(resolve(terminal.cwd, fileName)), fileName);
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    const reason = isEngineError(error) ? error.message : `cannot be read (${String(code)})`;
    terminal.err(`error: ${fileName}: ${reason}\n`);
    return undefined;
  }
}

/** As a DICOM service would take them from the instance; what is missing is told by the reader of entries. */
function uidsOf(metadata: DicomJson): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(UIDS).map(([key, tag]) => [key, readElement(metadata, [{ tag }])?.values[0]]),
  );
}
