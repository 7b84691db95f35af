/** What explain never prints: the values of real instances that could name somebody. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ExplainOptions, explain } from '../../engine/cli/explain.ts';
import { readInstanceEntry } from '../../engine/cli/instance.ts';
import { attributeByKeyword } from '../../engine/dicom/dictionary.ts';
import { skipWithoutCorpus } from '../support/corpus.ts';
import { temporaryFolder } from '../support/temp.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('explain values');
const onCorpus = skipWithoutCorpus(test);
const REPOSITORY = join(import.meta.dirname, '../..');

const NEVER_SHOWN = new Set([
  'AE',
  'AS',
  'DA',
  'DS',
  'DT',
  'LO',
  'LT',
  'PN',
  'SH',
  'ST',
  'TM',
  'UC',
  'UI',
  'UR',
  'UT',
]);

type Json = Readonly<Record<string, { readonly vr?: string; readonly Value?: unknown }>>;

function valuesOf(json: Json, isAsked: (vr: string, tag: string) => boolean): readonly string[] {
  return Object.entries(json).flatMap(([tag, { vr = '', Value }]) => {
    if (!Array.isArray(Value) || !isAsked(vr, tag)) return [];
    const texts =
      vr === 'PN'
        ? Value.flatMap((name) =>
            Object.values(name ?? {})
              .join('^')
              .split(/[\^ =]+/),
          )
        : Value;
    return texts.map((text) => String(text ?? '').trim());
  });
}

/** Texts of instances that could name somebody: long enough to be no accident, and nothing that is shown anyhow. */
function telling(instances: readonly Json[]): readonly string[] {
  const shown = new Set(instances.flatMap((json) => valuesOf(json, (vr) => vr === 'IS' || vr === 'CS')));
  const hidden = instances.flatMap((json) =>
    valuesOf(json, (vr, tag) => NEVER_SHOWN.has(vr) && tag !== '00080016'),
  );
  return [...new Set(hidden)].filter(
    (text) => text.length >= 6 && !shown.has(text) && !attributeByKeyword(text),
  );
}

function contains(text: string, secret: string): boolean {
  const at = text.indexOf(secret);
  return at >= 0 && !/\w/.test(text[at - 1] ?? '') && !/\w/.test(text[at + secret.length] ?? '');
}

/** The instances of the corpus under names that say nothing, in a folder of their own. */
function instancesOf(corpus: string): {
  readonly folder: string;
  readonly files: readonly string[];
  readonly texts: readonly string[];
} {
  const folder = temporaryFolder();
  const readable = readdirSync(corpus).filter(
    (name) => name.endsWith('.json') && readInstanceEntry(fakeTerminal(corpus), name) !== undefined,
  );
  const texts = readable.map((name) => readFileSync(join(corpus, name), 'utf8'));
  const files = texts.map((text, index) => {
    writeFileSync(join(folder, `${index}.json`), text);
    return `${index}.json`;
  });
  return { folder, files, texts };
}

onCorpus('no identifying value of a real instance is printed', async (corpus) => {
  const { folder, files, texts } = instancesOf(corpus);
  const known = ['patient', 'endpoint', 'imaging-study', 'dose-observation']
    .map((name) => readFileSync(join(REPOSITORY, `mappings/${name}.yaml`), 'utf8'))
    .join('');
  const secrets = telling(texts.map((text) => JSON.parse(text)));
  assert.ok(secrets.length > 1000, `${secrets.length} values`);
  const ways: readonly ExplainOptions[] = [
    { unread: true },
    { format: 'json' },
    { whyNot: 'identifier' },
    { whyNot: 'started', format: 'json' },
  ];
  let masked = 0;
  for (const options of ways) {
    const terminal = fakeTerminal(folder);
    await explain(terminal, files, options);
    const { out, err } = terminal.printed();
    const printed = out + err;
    assert.not.match(printed, /\b\d{4}-\d\d(-\d\d)?\b/, 'a date is shown');
    assert.not.match(printed, /urn:uuid|urn:oid:(?!1\.2\.840\.10008\.)\d/, 'a UID is shown');
    const shown = secrets.filter((secret) => !known.includes(secret) && contains(printed, secret));
    assert.is(shown.length, 0, `${shown.length} values are shown`);
    masked += printed.split('•••').length - 1;
  }
  assert.ok(masked > 1000, `${masked} masked values`);
});

onCorpus('every leaf of every real resource has a rule', async (corpus) => {
  const { folder, files } = instancesOf(corpus);
  const terminal = fakeTerminal(folder);
  await explain(terminal, files, { format: 'json' });
  const { resources } = JSON.parse(terminal.printed().out) as {
    resources: { written: { path: string; rule?: string }[] }[];
  };
  const written = resources.flatMap((resource) => resource.written);
  assert.equal(
    written.filter(({ rule }) => rule === undefined),
    [],
  );
  assert.ok(written.length > 1000, `${written.length} leaves`);
});

test.run();
