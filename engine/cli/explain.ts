/**
 * `dicomcast explain`: instances come in; what becomes of them on an empty FHIR server, path by path with the rule and the
 * tags behind it, or the compiled plan, goes out. Nothing is sent anywhere, and no value that may identify somebody is
 * printed unless --show-values says so.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ExplainedEntry } from '../apply/attempts.ts';
import { explainChanges, unmadeMappings } from '../apply/explain.ts';
import { datasetOf } from '../apply/extract.ts';
import { createMemo } from '../apply/memo.ts';
import { createFold, type ResourceChange } from '../apply/merge.ts';
import { tagsOfMapping } from '../apply/rule-paths.ts';
import { unreadAttributes } from '../apply/tag-states.ts';
import { draftEntry } from '../apply/transform.ts';
import { validateChanges } from '../apply/validate.ts';
import { explainPath } from '../apply/why-not.ts';
import type { Source } from '../compile/config.ts';
import type { ChangeFeedEntry } from '../dicom/entry.ts';
import { isEngineError } from '../errors.ts';
import type { MappingPlan } from '../plan.ts';
import { findEntries } from './engine.ts';
import { explainCode, isCode } from './explain-code.ts';
import {
  type Explanation,
  instancesOf,
  type PathExplanation,
  pathRules,
  resourceDocument,
  unmadeDocument,
} from './explain-document.ts';
import { explanationText, pathText } from './explain-text.ts';
import { reportFailure } from './failure.ts';
import { readInstanceEntry } from './instance.ts';
import { describePlan } from './plan-description.ts';
import { planText } from './plan-text.ts';
import { loadProject, type Project, type ProjectOptions, sourceOf } from './project.ts';
import { chosenSource, chosenSources } from './sources.ts';
import { EXIT, type Terminal } from './terminal.ts';

export interface ExplainOptions extends ProjectOptions {
  /** Only why this path has its value, or none. */
  readonly whyNot?: string;
  /** Lists the attributes that no rule reads. */
  readonly unread?: boolean;
  /** Sequence numbers of the configured change feed, in place of files. */
  readonly entry?: readonly number[];
  /** Id of the source that the instances are from; needed for entries where there are several. Default: the first. */
  readonly source?: string;
  /** Prints the compiled plan; takes no files. */
  readonly plan?: boolean;
  readonly format?: 'text' | 'json';
  readonly showValues?: boolean;
}

const GIVEN = 'name DICOM files or DICOM JSON, entries with --entry, a code, or --plan';

/** Exit code 1 when an instance would have gone to the error store, and for a path that no rule writes. */
export async function explain(
  terminal: Terminal,
  files: readonly string[],
  options: ExplainOptions,
): Promise<number> {
  const [code] = files;
  if (files.length === 1 && code !== undefined && isNoFile(terminal, code))
    return explainCode(terminal, code);
  const { entry: sequences = [] } = options;
  const given = files.length + sequences.length;
  if (options.plan ? given > 0 : given === 0) {
    terminal.err(options.plan ? 'error: --plan takes no file\n' : `error: which file?\n  = help: ${GIVEN}\n`);
    return EXIT.usage;
  }
  const project = loadProject(terminal, options);
  if (!project) return EXIT.findings;
  if (options.plan) {
    const description = describePlan(project.plan);
    terminal.out(options.format === 'json' ? json(description) : planText(description));
    return EXIT.ok;
  }
  const named =
    sequences.length > 0
      ? [chosenSource(terminal, project.config, options.source)]
      : chosenSources(terminal, project.config, options.source);
  const source = named?.[0];
  if (!source) return EXIT.usage;
  try {
    const fromFiles = files.map((file, index) => readInstanceEntry(terminal, file, index + 1));
    const stored = await storedEntries(terminal, source, sequences);
    const entries = [...fromFiles, ...stored].filter((entry) => entry !== undefined);
    if (entries.length < given) return EXIT.findings;
    const names = [...files, ...sequences.map((sequence) => `entry ${sequence}`)];
    return await explainEntries(terminal, { ...project, source }, names, entries, options);
  } catch (error) {
    return reportFailure(terminal, error);
  }
}

/** `mapping.unknown-attribute`, and no file of that name. */
function isNoFile(terminal: Terminal, text: string): boolean {
  return isCode(text) && !existsSync(resolve(terminal.cwd, text));
}

/** Instances that the DICOM service holds, by the entry of the feed that an error row names. */
async function storedEntries(
  terminal: Terminal,
  source: Source,
  sequences: readonly number[],
): Promise<readonly (ChangeFeedEntry | undefined)[]> {
  if (sequences.length === 0) return [];
  const found = await findEntries(source, sequences, terminal.signal);
  return sequences.map((sequence) => {
    const entry = found.find((item) => item.sequence === sequence);
    if (entry && !('malformed' in entry) && entry.metadata) return entry;
    const reason = !entry
      ? 'the feed does not have it'
      : 'malformed' in entry
        ? entry.reason
        : 'its instance is gone';
    terminal.err(`error: entry ${sequence}: ${reason}\n`);
    return undefined;
  });
}

async function explainEntries(
  terminal: Terminal,
  { config, plan, source: chosen }: Project & { readonly source: Source },
  names: readonly string[],
  given: readonly ChangeFeedEntry[],
  options: ExplainOptions,
): Promise<number> {
  const entries: ExplainedEntry[] = [];
  const source = sourceOf(config, chosen);
  const memo = createMemo();
  const fold = createFold(new Map());
  for (const entry of given) {
    const enforceTagValues = config.enforceValidationOfTagValues;
    const draft = await draftEntry(plan, entry, { source, enforceTagValues }, memo);
    const failed = draft.failed ?? fold.step(draft);
    entries.push(failed ? { draft, failed } : { draft });
  }
  const changes = fold.finish();
  const { showValues = false, whyNot, format } = options;
  const verdict = verdictOf(changes, plan, source);
  const { refused } = verdict;
  const instances = instancesOf(plan, names, entries, refused !== undefined);
  const common = { version: 1, plan: plan.fingerprint, masked: !showValues, instances } as const;
  const explanations = explainChanges(entries, changes);
  if (whyNot !== undefined) {
    const why = refused ? { refused: refused.message } : {};
    const answer = explainPath({ path: whyNot, plan, entries, explanations, ...why, showValues });
    const document: PathExplanation = {
      ...common,
      path: whyNot,
      rules: pathRules(answer),
      nearest: answer.nearest,
    };
    terminal.out(format === 'json' ? json(document) : pathText(document));
    return document.rules.length > 0 ? EXIT.ok : EXIT.findings;
  }
  const document: Explanation = {
    ...common,
    resources: explanations.map((each) => resourceDocument(each, showValues)),
    unmade: unmadeMappings(plan.mappings, entries).map(unmadeDocument),
    ...verdict,
    unread: unreadOf(plan, entries, options.unread ?? false),
  };
  terminal.out(format === 'json' ? json(document) : explanationText(document));
  return instances.every(({ stored }) => stored) ? EXIT.ok : EXIT.findings;
}

/** Why the group would not be sent, if so, and the invariants that only warn. */
function verdictOf(
  changes: readonly ResourceChange[],
  plan: MappingPlan,
  source: ReturnType<typeof sourceOf>,
): Pick<Explanation, 'refused' | 'warnings'> {
  try {
    return { warnings: validateChanges(changes, plan, { source }).map(({ message }) => message) };
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return { refused: { code: error.code, message: error.message }, warnings: [] };
  }
}

/** Of all instances together, each attribute once. */
function unreadOf(
  plan: MappingPlan,
  entries: readonly ExplainedEntry[],
  withList: boolean,
): Explanation['unread'] {
  const names = new Set(plan.mappings.flatMap(tagsOfMapping));
  const found = new Map(
    entries
      .flatMap(({ draft }) => unreadAttributes(datasetOf(draft.entry), names))
      .map((attribute) => [attribute.tag, attribute]),
  );
  const attributes = [...found.values()].toSorted((a, b) => (a.tag < b.tag ? -1 : 1));
  return { count: attributes.length, ...(withList ? { attributes } : {}) };
}

function json(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
