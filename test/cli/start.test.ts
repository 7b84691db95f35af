/** What a short command loads and needs: no package that it does not use, and no code made from text. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('start');
const ROOT = join(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'engine/cli/main.ts');

function node(...args: readonly string[]): {
  readonly out: string;
  readonly err: string;
  readonly status: number | null;
} {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { out: stdout, err: stderr, status };
}

test('check makes no code from text', () => {
  const { out, err, status } = node('--disallow-code-generation-from-strings', MAIN, 'check');
  assert.match(out, /^dicomcast\.config\.yaml: \d+ mappings, \d+ rules, plan [0-9a-f]+\n$/);
  assert.is(err, '');
  assert.is(status, 0);
});

/** Tells, when the process ends, which packages were asked for. */
const RECORD = `import { registerHooks } from 'node:module';
const names = new Set();
registerHooks({
  resolve(specifier, context, next) {
    const name = /^[a-z@][^:]*$/.test(specifier) && !specifier.startsWith('node:') ? specifier : undefined;
    if (name && !context.parentURL?.includes('/node_modules/')) names.add(name);
    return next(specifier, context);
  },
});
process.on('exit', () => process.stdout.write('packages: ' + [...names].sort().join(' ')));`;

test('check loads no DICOM file reader, HTTP client, log or database', () => {
  const { out } = node('--import', `data:text/javascript,${encodeURIComponent(RECORD)}`, MAIN, 'check');
  const packages = /packages: (.*)$/.exec(out)?.[1]?.split(' ') ?? [];
  const builtIn = new Set(['fs', 'path', 'url', 'util', 'sqlite']);
  assert.equal(
    packages.filter((name) => !builtIn.has(name)),
    [
      'ajv/dist/runtime/ucs2length.js',
      'commander',
      'fhirpath',
      'fhirpath/fhir-context/r4',
      'jsonata',
      're2js',
      'yaml',
    ],
  );
});

test.run();
