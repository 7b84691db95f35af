/**
 * `dicomcast fixture`: DICOM files or DICOM JSON come in, de-identified DICOM JSON for tests goes out, and on standard error
 * what was kept, replaced and left out, by keyword. No value is printed but in the fixture itself.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { suggest } from '../diagnostic.ts';
import { readElement } from '../dicom/dataset.ts';
import { type Deidentified, deidentify, keepFault } from '../dicom/de-identify.ts';
import { writeDicomJson } from '../dicom/dicom-json.ts';
import { attributeByKeyword, keywords } from '../dicom/dictionary.ts';
import type { DicomJson } from '../dicom/entry.ts';
import { keywordFor } from '../dicom/keyword-notes.ts';
import { readFixtureKey } from './fixture-key.ts';
import { readInstanceFile, uidFault } from './instance.ts';
import { EXIT, type Terminal } from './terminal.ts';

export interface FixtureOptions {
  /** File; a folder where there are several instances. Default: standard output. */
  readonly output?: string;
  /** File with the key of dummies. */
  readonly key?: string;
  /** Keywords. */
  readonly keep?: readonly string[];
  readonly keepDates?: boolean;
}

interface Made extends Deidentified {
  readonly fileName: string;
}

/** Nothing is written where one of the instances cannot be read. */
export function fixture(terminal: Terminal, files: readonly string[], options: FixtureOptions): number {
  if (files.length > 1 && options.output === undefined) {
    terminal.err('error: several instances need a folder to be written to: -o <folder>\n');
    return EXIT.usage;
  }
  const keep = options.keep ?? [];
  // Tags have commas, by which keywords are parted.
  const tag = keep.find((keyword) => keyword.startsWith('('));
  const faults = tag === undefined ? keep.flatMap((keyword) => faultOf(keyword) ?? []) : [TAG_FAULT];
  for (const fault of faults) terminal.err(`error: --keep ${fault}\n`);
  if (faults.length > 0) return EXIT.usage;
  const datasets = files.map((fileName) => ({ fileName, dataset: readInstanceFile(terminal, fileName) }));
  if (!datasets.every((read): read is { fileName: string; dataset: DicomJson } => read.dataset !== undefined))
    return EXIT.findings;
  for (const { fileName, dataset } of datasets) {
    const fault = uidFault(dataset);
    if (fault !== undefined) terminal.err(`warning: ${fileName}: ${fault}; ${WITHOUT_UIDS}\n`);
  }
  const key = readFixtureKey(terminal, options.key);
  if (!key) return EXIT.findings;
  const settings = { key, keep: new Set(keep), keepDates: options.keepDates === true };
  const made = datasets.map(({ fileName, dataset }) => ({ fileName, ...deidentify(dataset, settings) }));
  return write(terminal, made, options.output);
}

const TAG_FAULT =
  'takes keywords, and private attributes never stay. A test can say `set: { (0029,xx10, "CREATOR"): { vr: LO, Value: [text] } }`';
const WITHOUT_UIDS = 'a test gives the fixture one of its own, `map` and `explain` do not take it';

function faultOf(keyword: string): string | undefined {
  const attribute = attributeByKeyword(keyword);
  if (!attribute) {
    const close = keywordFor(keyword) ?? suggest(keyword, keywords());
    return `${keyword}: there is no DICOM attribute of this keyword${close ? `; did you mean ${close}?` : ''}`;
  }
  const fault = keepFault(attribute);
  return fault === undefined
    ? undefined
    : `${keyword}: it ${fault}. A test can say \`set: { ${keyword}: … }\``;
}

function write(terminal: Terminal, made: readonly Made[], output: string | undefined): number {
  if (output === undefined) {
    terminal.out(made.map(({ dataset }) => fixtureText(dataset)).join(''));
  } else {
    const path = resolve(terminal.cwd, output);
    const isFolder = made.length > 1 || isExistingFolder(path);
    const twin = twinsAmong(made);
    if (twin) {
      terminal.err(
        `error: ${twin} would be one file, since they have one SOPInstanceUID; nothing was written\n`,
      );
      return EXIT.findings;
    }
    for (const one of made) {
      const target = isFolder ? join(path, outputName(one.dataset)) : path;
      const fault = writeFixture(terminal, one, target);
      if (fault !== undefined) {
        terminal.err(`error: ${fault}\n`);
        return EXIT.findings;
      }
      terminal.err(`${one.fileName} -> ${isFolder ? join(output, outputName(one.dataset)) : output}\n`);
    }
  }
  terminal.err(report(made));
  return EXIT.ok;
}

/** `a.dcm and b.dcm`: the first two whose fixtures have one name. */
function twinsAmong(made: readonly Made[]): string | undefined {
  const seen = new Map<string, string>();
  for (const { fileName, dataset } of made) {
    const name = outputName(dataset);
    const other = seen.get(name);
    if (other !== undefined) return `${other} and ${fileName}`;
    seen.set(name, fileName);
  }
  return undefined;
}

function writeFixture(terminal: Terminal, { fileName, dataset }: Made, target: string): string | undefined {
  if (realPath(target) === realPath(resolve(terminal.cwd, fileName)))
    return `${fileName} would be overwritten; give another file with -o`;
  try {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, fixtureText(dataset));
    return undefined;
  } catch (error) {
    return `the fixture of ${fileName} cannot be written (${String((error as { code?: unknown }).code)})`;
  }
}

/** One attribute a line, by tag: JavaScript puts keys that look like numbers first. */
function fixtureText(dataset: DicomJson): string {
  const lines = Object.entries(dataset)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([tag, element]) => `  ${writeDicomJson({ [tag]: element }).slice(1, -1)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

/** Names of files often are names of people: the fixture is called by its modality and its own UID. */
function outputName(dataset: DicomJson): string {
  const text = (tag: string): string => String(readElement(dataset, [{ tag }])?.values[0] ?? '');
  const modality = /^[A-Z0-9]{2,16}$/.test(text('00080060')) ? text('00080060').toLowerCase() : 'instance';
  const mark = createHash('sha256')
    .update(text('00080018') || fixtureText(dataset))
    .digest('hex');
  return `${modality}-${mark.slice(0, 8)}.json`;
}

function report(made: readonly Deidentified[]): string {
  const all = (part: (one: Deidentified) => readonly string[]): readonly string[] =>
    [...new Set(made.flatMap(part))].sort();
  const texts = all((one) => one.keptTexts);
  const privateCount = made.reduce((sum, one) => sum + one.privateCount, 0);
  return [
    section('kept, texts', texts),
    section(
      'kept, other',
      all((one) => one.kept).filter((keyword) => !texts.includes(keyword)),
    ),
    section(
      'replaced by dummies',
      all((one) => one.replaced),
    ),
    section(
      'left out',
      all((one) => one.removed),
    ),
    section(
      'of these, because they repeat a name, an identifier or a date that was taken out',
      all((one) => one.repeating),
    ),
    privateCount > 0 ? `left out, private: ${privateCount}\n` : '',
    'Read the fixture before you share it: what was kept was not changed, and may still identify somebody.\n' +
      '--keep <keyword> keeps more, where PS3.15 has an option for it.\n',
  ].join('');
}

/** Lines of about a hundred characters. */
function section(title: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last === undefined || last.length + name.length > 96) lines.push(name);
    else lines[lines.length - 1] = `${last}, ${name}`;
  }
  return `${title} (${names.length}):\n  ${lines.join(',\n  ')}\n`;
}

function isExistingFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
