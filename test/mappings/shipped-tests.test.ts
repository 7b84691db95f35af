/** The tests beside the shipped mappings pass, and reach every rule of them, as `dicomcast test mappings` says. */
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { test as runTest } from '../../engine/cli/test.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('mappings/shipped tests');

test('dicomcast test mappings --threshold rules=100,branches=100', async () => {
  const terminal = fakeTerminal(join(import.meta.dirname, '../..'));
  const code = await runTest(terminal, ['mappings'], { threshold: 'rules=100,branches=100' });
  const { out, err } = terminal.printed();
  assert.is(code, 0, `${err}${out}`);
  assert.match(out, /^\d+ cases in \d+ files?, \d+ passed, 0 failed/);
});

test.run();
