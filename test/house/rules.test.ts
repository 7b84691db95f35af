/**
 * Each rule of the house catches a made-up breach, says where, and lets pass what is allowed.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  effectBreaches,
  importCycles,
  layerBreaches,
  layerOf,
  ownerBreaches,
  ownerTableBreaches,
  type Tree,
  unreachableFiles,
  unusedExports,
} from '../support/architecture.ts';
import {
  fileMapBreaches,
  idleSuites,
  impureCode,
  longFiles,
  longFunctions,
  resourceTypesNamed,
  sandboxKnown,
  styleBreaches,
  uncheckedCode,
} from '../support/house-style.ts';
import { codeOnly, exportsOf, importsOf, withoutComments } from '../support/source-text.ts';

function tree(files: Readonly<Record<string, string>>): Tree {
  return new Map(Object.entries(files));
}

const source = suite('source text');

source('finds every form of import', () => {
  const text = `/** import { no } from './comment.ts'; */
import './bare.ts';
import table from '../../schemas/t.json' with { type: 'json' };
import * as assert from 'uvu/assert';
import type { A } from './a.ts';
import { type B, type C as D } from './b.ts';
import {
  e,
  type F,
} from "./e.ts";
import Ajv, { type Options } from 'ajv/dist/2020.js';
export { g as h } from './g.ts';
export * from './all.ts';
const text = \`
import { no } from './template.ts';
\`;
const late = await import('./late.ts');
const later = await import(name);
`;
  assert.equal(
    importsOf(text).map(({ specifier, names }) => [specifier, names.join()]),
    [
      ['../../schemas/t.json', 'default'],
      ['uvu/assert', '*'],
      ['./a.ts', 'A'],
      ['./b.ts', 'B,C'],
      ['./e.ts', 'e,F'],
      ['ajv/dist/2020.js', 'default,Options'],
      ['./g.ts', 'g'],
      ['./all.ts', '*'],
      ['./bare.ts', ''],
      ['./late.ts', '*'],
      ['', '*'],
    ],
  );
});

source('finds every form of export', () => {
  const text = `export const a = 1;
export async function b() {}
export interface C {}
export type D = string;
export class E {}
const f = 1;
export { f, f as g };
export type { H } from './h.ts';
// export const no = 1;
export default a;
`;
  assert.equal(
    exportsOf(text).map(({ name, isType }) => (isType ? `type ${name}` : name)),
    ['a', 'b', 'type C', 'type D', 'E', 'f', 'g', 'H', 'default'],
  );
});

source('tells comments, strings, templates and regular expressions from code', () => {
  const text = [
    "const a = 'it // is'; // gone",
    'const b = /[/"\']+/.test(a) / 2; /* gone */ c();',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text is a program
    'const d = `x ${ e(`y ${ "}" }`) } // stays`; f();',
  ].join('\n');
  assert.is(
    withoutComments(text),
    [
      "const a = 'it // is';        ",
      'const b = /[/"\']+/.test(a) / 2;            c();',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text is a program
      'const d = `x ${ e(`y ${ "}" }`) } // stays`; f();',
    ].join('\n'),
  );
  assert.is(
    codeOnly(text).replace(/ +/g, ' '),
    ['const a = ; ', 'const b = .test(a) / 2; c();', 'const d = ` e(` } ) } ; f();'].join('\n'),
  );
});

const imports = suite('rules about imports');

imports('layers: only downwards', () => {
  assert.equal(
    layerBreaches(
      tree({
        'engine/errors.ts': "import { a } from './ports.ts';",
        'engine/fhir/search.ts': "import type { A } from '../plan.ts';",
        'engine/compile/plan.ts':
          "import { a } from '../apply/merge.ts';\nimport t from '../../schemas/t.json';",
        'engine/apply/merge.ts': "import { a } from '../io/http.ts';\nimport { b } from './group.ts';",
        'engine/io/http.ts':
          "export { a } from '../compile/plan.ts';\nimport { c } from '../../test/support/c.ts';",
        'engine/pipeline.ts':
          "import { a } from './sandbox/server.ts';\nimport { b } from './apply/merge.ts';",
        'engine/index.ts': "export { a } from './cli/main.ts';",
        'engine/sandbox/server.ts': "import { a } from '../cli/main.ts';\nimport { b } from '../io/http.ts';",
        'engine/cli/main.ts':
          "import { a } from '../sandbox/server.ts';\nimport p from '../../package.json';",
        'engine/other.ts': '',
        'engine/cli/late.ts': 'await import(`./` + name);',
      }),
    ),
    [
      'engine/errors.ts (ground) imports engine/ports.ts (contract)',
      'engine/fhir/search.ts (vocabulary) imports engine/plan.ts (contract)',
      'engine/compile/plan.ts (compile) imports engine/apply/merge.ts (apply)',
      'engine/apply/merge.ts (apply) imports engine/io/http.ts (io)',
      'engine/io/http.ts (io) imports engine/compile/plan.ts (compile)',
      'engine/io/http.ts (io) imports test/support/c.ts (no layer)',
      'engine/pipeline.ts (flow) imports engine/sandbox/server.ts (sandbox)',
      'engine/index.ts (index) imports engine/cli/main.ts (cli)',
      'engine/sandbox/server.ts (sandbox) imports engine/cli/main.ts (cli)',
      'engine/other.ts belongs to no layer',
      'engine/cli/late.ts imports a path that only the running program knows',
    ],
  );
  assert.is(layerOf('engine/poller.ts'), 'flow');
});

imports('cycles: found, also of types', () => {
  assert.equal(
    importCycles(
      tree({
        'engine/io/a.ts': "import { b } from './b.ts';",
        'engine/io/b.ts': "import { c } from './c.ts';",
        'engine/io/c.ts': "import { a } from './a.ts';",
        'engine/io/d.ts': "import type { E } from './e.ts';",
        'engine/io/e.ts': "import { d } from './d.ts';",
      }),
    ),
    [
      'engine/io/a.ts → engine/io/b.ts → engine/io/c.ts → engine/io/a.ts',
      'engine/io/d.ts → engine/io/e.ts → engine/io/d.ts',
    ],
  );
});

imports('effects: only in io, sandbox and cli', () => {
  assert.equal(
    effectBreaches(
      tree({
        'engine/compile/a.ts':
          "import { readFileSync } from 'node:fs';\nimport { createHash } from 'node:crypto';",
        'engine/poller.ts': "import { setTimeout } from 'node:timers/promises';\nimport 'fs';",
        'engine/fhir/a.ts': "import { inspect } from 'node:util';",
        'engine/io/a.ts': "import { DatabaseSync } from 'node:sqlite';",
      }),
    ),
    [
      'engine/compile/a.ts imports node:fs',
      'engine/poller.ts imports node:timers/promises',
      'engine/poller.ts imports fs',
    ],
  );
});

imports('owners: one file for each package, and no package for nothing', () => {
  const files = tree({
    'engine/compile/a.ts': "import { parse } from 'yaml';\nimport Ajv from 'ajv/dist/2020.js';",
    'engine/compile/b.ts': "import type { Document } from 'yaml';",
    'engine/io/a.ts': "import { x } from '@scope/name/deep';",
    'test/a.test.ts': "import { suite } from 'uvu';",
    'CONTRIBUTING.md': '| `ajv` | `engine/compile/b.ts` | why |\n| `pino` | `engine/io/log.ts` | why |',
  });
  const packages = { runtime: ['yaml', 'ajv', 'pino'], development: ['uvu', 'nock'] };
  assert.equal(ownerBreaches(files, packages, ['yaml', 'uvu', 'nock', 'jsonata']), [
    'yaml has several owners: engine/compile/a.ts, engine/compile/b.ts',
    'pino is a dependency, and no engine file imports it',
    '@scope/name is no dependency; engine/io/a.ts imports it',
    'nock is imported nowhere',
    'jsonata is missing in package.json',
  ]);
  assert.equal(ownerTableBreaches(files, 'CONTRIBUTING.md'), [
    'CONTRIBUTING.md does not name the owner of yaml: engine/compile/a.ts, engine/compile/b.ts',
    'CONTRIBUTING.md: ajv belongs to engine/compile/a.ts, not engine/compile/b.ts',
    'CONTRIBUTING.md does not name the owner of @scope/name: engine/io/a.ts',
    'CONTRIBUTING.md: engine/io/log.ts does not import pino',
  ]);
});

imports('dead files and exports', () => {
  const files = tree({
    'engine/cli/main.ts': "import { run } from './run.ts';\nawait import('./late.ts');",
    'engine/cli/run.ts':
      "import type { A } from '../io/a.ts';\nexport function run() {}\nexport const idle = 1;",
    'engine/cli/late.ts': 'export const seen = 1;',
    'engine/io/a.ts':
      'export interface A { c: C }\nexport interface B {}\nexport type C = 1;\nexport type D = 1;',
    'engine/io/dead.ts': 'export const c = 1;',
    'engine/io/types.d.ts': "declare module 'x' { export const d: 1; }",
    'engine/index.ts': 'export const api = 1;',
    'test/io/a.test.ts':
      "import type { B } from '../../engine/io/a.ts';\nimport { c } from '../../engine/io/dead.ts';",
  });
  assert.equal(unreachableFiles(files), ['engine/io/dead.ts is used by nothing']);
  assert.equal(unusedExports(files), [
    'engine/cli/run.ts exports idle, and nobody imports it',
    'engine/io/a.ts exports D, and nobody imports it',
  ]);
});

const style = suite('rules about texts');

style('resource types: whole words, also in strings and comments, not in fhir and sandbox', () => {
  const types = ['Patient', 'ImagingStudy', 'Bundle', 'Device', 'OperationOutcome'];
  assert.equal(
    resourceTypesNamed(
      tree({
        'engine/apply/a.ts': "// a Patient's studies\nconst tag = 'PatientID';\nconst url = `ImagingStudy/`;",
        'engine/io/a.ts':
          "type Device = 1;\nconst patient = { resourceType: 'Bundle' };\nconst isDevice = true;",
        'engine/fhir/a.ts': "const a = 'Patient';",
        'engine/sandbox/a.ts': "const a = 'Patient';",
      }),
      types,
    ),
    [
      'engine/apply/a.ts:1 names Patient',
      'engine/apply/a.ts:3 names ImagingStudy',
      'engine/io/a.ts:1 names Device',
    ],
  );
});

style('impure code: clock, chance, process, network, console', () => {
  assert.equal(
    impureCode(
      tree({
        'engine/apply/a.ts':
          '// Date.now()\nconst a = Date.now();\nconst b = new Date(text);\nconst c = new Date();',
        'engine/compile/a.ts':
          'const a = Math.random();\nconst b = entry.process.env;\nconst c = cache.fetch(key);',
        'engine/poller.ts':
          "setTimeout(f, 1);\nconst a = process.env['A'];\nawait fetch(url);\nconsole.log('fetch(');",
        'engine/io/a.ts': 'const a = Date.now();',
      }),
    ),
    [
      'engine/apply/a.ts:2 uses Date.now',
      'engine/apply/a.ts:4 uses Date()',
      'engine/compile/a.ts:1 uses Math.random',
      'engine/poller.ts:1 uses setTimeout',
      'engine/poller.ts:2 uses process.env',
      'engine/poller.ts:3 uses fetch(',
      'engine/poller.ts:4 uses console',
    ],
  );
});

style('the engine does not speak of the sandbox', () => {
  assert.equal(
    sandboxKnown(
      tree({
        'engine/io/a.ts': "const sandbox = 1;\n// the sandbox\nconst b = 'Sandbox';",
        'engine/pipeline.ts': 'const sandboxed = 1;',
        'engine/cli/a.ts': 'const sandbox = 1;',
      }),
    ),
    ['engine/io/a.ts:1 speaks of the sandbox', 'engine/io/a.ts:3 speaks of the sandbox'],
  );
});

style('checks switched off', () => {
  assert.equal(
    uncheckedCode(
      tree({
        'engine/io/a.ts':
          "const a = b as any;\n// @ts-expect-error\nconst c = new Function('x');\nconst d = x.eval(1);",
        'engine/io/b.ts': "// as any other\nconst a = 'as any';\nconst b = eval(a);",
      }),
    ),
    [
      'engine/io/a.ts:1 uses as any',
      'engine/io/a.ts:3 uses new Function',
      'engine/io/b.ts:3 uses eval(',
      'engine/io/a.ts:2 uses @ts-expect-error',
    ],
  );
});

style('long files and functions', () => {
  const body = (lines: number, indent: string) => `${indent}  work();\n`.repeat(lines);
  assert.equal(
    longFiles(tree({ 'engine/io/a.ts': 'a();\n'.repeat(401), 'engine/io/b.ts': 'a();\n'.repeat(400) })),
    ['engine/io/a.ts has 401 lines, more than 400'],
  );
  const inner = `  const object = (a: string): It => ({\n${body(100, '  ')}  });\n  function inner(a: string): void {\n${body(79, '  ')}  }\n  const arrow = (a: string) => {\n${body(78, '  ')}  };\n`;
  const text = `export function createIt(): It {\n${inner}}\nexport async function outer(\n  a: string,\n): void {\n${body(90, '')}}\n`;
  assert.equal(longFunctions(tree({ 'engine/io/a.ts': text })), [
    'engine/io/a.ts:266 outer has 94 lines of its own, more than 80',
    'engine/io/a.ts:104 inner has 81 lines of its own, more than 80',
  ]);
});

style('openings, classes and names', () => {
  assert.equal(
    styleBreaches(
      tree({
        'engine/io/a.ts':
          '/** Opens. */\nexport class EngineError {}\nclass Other {}\nexport type FeedManager = 1;',
        'engine/io/string-utils.ts': "#!/usr/bin/env node\n/** Opens. */\nconst a = 'class None';",
        'engine/io/c.ts': 'export const a = 1;',
      }),
    ),
    [
      'engine/io/a.ts has the class Other',
      'engine/io/a.ts: the name FeedManager says nothing',
      'engine/io/string-utils.ts: the name StringUtils says nothing',
      'engine/io/c.ts does not open with a doc comment',
    ],
  );
});

style('suites that are not run', () => {
  assert.equal(
    idleSuites(
      tree({
        'test/a.test.ts': 'const one = suite("one");\nconst two = suite("two");\ntwo.run();',
        'test/b.test.ts': "import { test } from 'uvu';\ntest('x', f);\n// test.run();",
        'test/c.test.ts': 'const test = suite<Context>("c");\ntest.only("x", f);\ntest.run();',
        'test/support/d.ts': 'const test = suite("d");',
      }),
    ),
    [
      'test/a.test.ts never calls one.run()',
      'test/b.test.ts never calls run()',
      'test/c.test.ts runs a part of its tests only',
    ],
  );
});

style('the file map', () => {
  assert.equal(
    fileMapBreaches(
      tree({
        'engine/README.md':
          '- `io/a.ts`: reads a page\n- `io/gone.ts`: was here\n- `io/b.ts`\n- `io/a.ts`: again\n',
        'engine/io/a.ts': '',
        'engine/io/b.ts': '',
        'engine/io/c.ts': '',
      }),
    ),
    [
      'engine/README.md names io/gone.ts, which does not exist',
      'engine/README.md says nothing about io/b.ts',
      'engine/README.md names io/a.ts twice',
      'engine/README.md does not name io/c.ts',
    ],
  );
  assert.equal(fileMapBreaches(tree({})), ['engine/README.md is missing']);
});

source.run();
imports.run();
style.run();
