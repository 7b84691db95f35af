/** The packages that run in production: licences on the list, no scripts, no native code, and THIRD_PARTY.md names them all. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../support/temp.ts';
import { isAllowed, PAGE, runtimePackages, thirdPartyPage } from './supply-chain.ts';

const test = suite('supply chain');

test('nothing speaks against a package, and THIRD_PARTY.md is true (npm run proof:supply-chain writes it)', () => {
  const packages = runtimePackages();
  assert.ok(packages.length > 20);
  assert.equal(
    packages.flatMap(({ name, faults }) => faults.map((fault) => `${name} ${fault}`)),
    [],
  );
  assert.is(readFileSync(PAGE, 'utf8'), thirdPartyPage(packages));
});

test('what speaks against a package is found', () => {
  const project = temporaryFolder();
  const write = (path: string, value: object) => {
    mkdirSync(join(project, path, '..'), { recursive: true });
    writeFileSync(join(project, path), JSON.stringify(value));
  };
  const fine = { version: '1.0.0', integrity: 'sha512-x' };
  write('package.json', { dependencies: { a: '1.0.0', b: '^1.0.0' }, allowScripts: { a: false } });
  write('package-lock.json', {
    packages: {
      '': {},
      'node_modules/a': { ...fine, hasInstallScript: true },
      'node_modules/b': { ...fine, hasInstallScript: true },
      'node_modules/a/node_modules/c': { version: '1.0.0', resolved: 'git+https://example.org/c' },
      'node_modules/d': { ...fine, dev: true },
      'node_modules/e': fine,
    },
  });
  write('node_modules/a/package.json', { version: '1.0.0', license: 'ISC' });
  write('node_modules/b/package.json', { version: '1.0.1', license: 'GPL-3.0-only' });
  write('node_modules/a/node_modules/c/package.json', { version: '1.0.0' });
  write('node_modules/a/node_modules/c/build/c.node', {});
  assert.equal(
    runtimePackages(project).map(({ name, faults }) => [name, ...faults]),
    [
      ['a'],
      [
        'b',
        'runs a script when it is installed',
        'is not pinned to one version',
        'is installed in another version',
        'licence GPL-3.0-only is not on the list',
      ],
      [
        'c',
        'is not from the npm registry',
        'has no SHA-512 in the lock file',
        'licence unknown is not on the list',
        'has native code',
      ],
      ['e', 'is not installed'],
    ],
  );
});

test('licence expressions', () => {
  for (const fine of ['MIT', '(MIT AND Zlib)', 'WTFPL OR ISC', '(GPL-2.0 OR MIT)'])
    assert.ok(isAllowed(fine), fine);
  for (const other of ['', 'GPL-3.0-only', 'MIT AND GPL-2.0', 'SEE LICENSE IN LICENSE.md', 'UNLICENSED'])
    assert.not.ok(isAllowed(other), other);
});

test.run();
