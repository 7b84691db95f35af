/**
 * Every finding of the compiler as authors see it: `diagnostics/<code>/` holds mapping files (and a configuration, where the
 * finding is about its settings; and in `files/` what they extend, and tables) and the exact text of all their findings.
 * `UPDATE_GOLDEN=1` writes the texts anew.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileMappings, type FindFile } from '../engine/compile/compile.ts';
import { readYaml } from '../engine/compile/yaml-source.ts';
import { renderDiagnostic } from '../engine/diagnostic.ts';

const FOLDER = join(import.meta.dirname, 'diagnostics');
const COMPILE = join(import.meta.dirname, '../engine/compile');
const CONFIG = 'dicomcast.config.yaml';
const update = process.env['UPDATE_GOLDEN'] === '1';
if (update && process.env['CI'] === 'true') throw new Error('UPDATE_GOLDEN has no place in a CI run');

interface Case {
  readonly text: string;
  readonly codes: readonly string[];
}

/** Compiles the files of a folder together, in the order of their names. */
function compileFolder(folder: string): Case {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const sources = new Map(names.toSorted().map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  const texts = [...sources].filter(([name]) => name !== CONFIG).map(([file, text]) => ({ file, text }));
  const config = sources.get(CONFIG);
  const source = config === undefined ? undefined : readYaml(CONFIG, config);
  const { settings = {} } = (source?.value ?? {}) as {
    readonly settings?: Readonly<Record<string, unknown>>;
  };
  const find: FindFile = (path, from) => {
    const file = join(dirname(from), path);
    const text = existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : undefined;
    if (text === undefined) return { error: 'does not exist' };
    sources.set(file, text);
    return { file, text };
  };
  const site = { values: settings, ...(source ? { source } : {}) };
  const { plan, diagnostics } = compileMappings(texts, site, find);
  assert.is(
    plan === undefined,
    diagnostics.some(({ severity }) => severity === 'error'),
    'a plan, or an error',
  );
  const rendered = diagnostics.map((diagnostic) =>
    renderDiagnostic(diagnostic, sources.get(diagnostic.file)),
  );
  return { text: `${rendered.join('\n\n')}\n`, codes: diagnostics.map(({ code }) => code) };
}

const test = suite('diagnostics');

for (const code of readdirSync(FOLDER)) {
  test(code, () => {
    const { text, codes } = compileFolder(join(FOLDER, code));
    const golden = join(FOLDER, code, 'expected.txt');
    if (update) writeFileSync(golden, text);
    assert.ok(existsSync(golden), 'run with UPDATE_GOLDEN=1, then read what was written');
    assert.is(text, readFileSync(golden, 'utf8'));
    assert.ok(codes.includes(code), `no finding has the code ${code}`);
  });
}

test('every code that the compiler can give has a folder', () => {
  const codes = new Set<string>();
  for (const name of readdirSync(COMPILE).filter((file) => file.endsWith('.ts') && !ELSEWHERE.test(file))) {
    const source = readFileSync(join(COMPILE, name), 'utf8');
    for (const [, written, added] of source.matchAll(
      /\bcode: '([a-z][a-z.-]+)'|\badd\('([a-z]+(?:-[a-z]+)+)'/g,
    )) {
      const code = written ?? added ?? '';
      codes.add(code.includes('.') ? code : `mapping.${code}`);
    }
  }
  assert.ok(codes.size > 30);
  assert.equal(
    [...codes].filter((code) => !existsSync(join(FOLDER, code))),
    [],
  );
});

/** Findings about YAML, schemas and the configuration have tables of their own: test/compile/. */
const ELSEWHERE = /^(?:yaml-|schema-|config|json-schema|placeholders)/;

test.run();
