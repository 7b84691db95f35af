/** MIGRATING.md names tests as witnesses; each of them exists. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('migrating');
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

test('every test that MIGRATING.md names is there, and all 47 weaknesses are answered', () => {
  const page = readFileSync(join(REPOSITORY, 'MIGRATING.md'), 'utf8');
  const rows = page.split('\n').filter((line) => /^\| \d/.test(line));
  const answered = rows.flatMap((row) => {
    const [, from = 0, to = from] = /^\| (\d+)(?:–(\d+))? /.exec(row)?.map(Number) ?? [];
    const last = Number.isNaN(to) ? from : to;
    return Array.from({ length: last - from + 1 }, (_, index) => from + index);
  });
  assert.equal(
    answered,
    Array.from({ length: 47 }, (_, index) => index + 1),
  );
  const named = rows.flatMap((row) =>
    [...(row.split(/(?<!\\)\|/).at(-2) ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ''),
  );
  // A case of the golden suite is witnessed by its golden file; what shipped mappings make, by a test file beside them.
  const places = (name: string) => [`${name}.test.ts`, name, `golden/${name}.json`, `../${name}`];
  const missing = named.filter(
    (name) => !places(name).some((place) => existsSync(join(REPOSITORY, 'test', place))),
  );
  assert.equal(missing, []);
  assert.ok(named.length > 35);
});

test.run();
