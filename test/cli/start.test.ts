/** What a short command loads and needs: no package that it does not use, no code made from text, and no reader for all that it prints. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
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

/** What a shell says of a command line; `$CLI` is dicomcast. */
function shell(line: string): { readonly err: string; readonly status: number | null } {
  const env = { ...process.env, CLI: `${process.execPath} ${MAIN}` };
  const { stderr, status } = spawnSync('sh', ['-c', line], {
    cwd: ROOT,
    encoding: 'utf8',
    env,
    timeout: 60_000,
  });
  return { err: stderr, status };
}

test('whoever reads only the first lines is told of no defect', () => {
  assert.equal(shell('{ $CLI explain --plan --format json; echo "exit $?" >&2; } | true'), {
    err: 'exit 0\n',
    status: 0,
  });
});

test('an answer that cannot be written is no success', () => {
  if (!existsSync('/dev/full')) return;
  assert.equal(shell('$CLI explain dicom.missing-tag > /dev/full'), {
    err: 'error: the output cannot be written (ENOSPC)\n',
    status: 1,
  });
});

test.run();
