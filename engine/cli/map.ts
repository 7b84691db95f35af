/**
 * `dicomcast map`: one DICOM file or DICOM JSON comes in, the resources that it becomes on an empty FHIR server go out as
 * JSON. Nothing is sent anywhere.
 */
import { createMemo } from '../apply/memo.ts';
import { createFold } from '../apply/merge.ts';
import { draftEntry } from '../apply/transform.ts';
import { validateChanges } from '../apply/validate.ts';
import { ERROR_TABLE } from '../errors.ts';
import { reportFailure } from './failure.ts';
import { readInstanceEntry } from './instance.ts';
import { loadProject, type ProjectOptions, sourceOf } from './project.ts';
import { chosenSources } from './sources.ts';
import { EXIT, type Terminal } from './terminal.ts';

export interface MapOptions extends ProjectOptions {
  /** Id of the source that the instance is from; default: the first. */
  readonly source?: string;
}

/** Exit code 1 when the instance would have gone to the error store; what was left out is told on standard error. */
export async function map(terminal: Terminal, fileName: string, options: MapOptions): Promise<number> {
  const project = loadProject(terminal, options);
  if (!project) return EXIT.findings;
  const { plan, config } = project;
  const [chosen] = chosenSources(terminal, config, options.source) ?? [];
  if (!chosen) return EXIT.usage;
  try {
    const entry = readInstanceEntry(terminal, fileName);
    if (!entry) return EXIT.findings;
    const source = sourceOf(config, chosen);
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
      terminal.err(`  = help: ${ERROR_TABLE[failed.code].hint}\n`);
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
