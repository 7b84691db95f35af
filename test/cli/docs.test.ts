/** The committed mapping table is what the shipped mappings say. */
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { docs } from '../../engine/cli/docs.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('docs');
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

test('mappings/mapping-table.md is not stale (npx dicomcast docs > mappings/mapping-table.md)', () => {
  const terminal = fakeTerminal(REPOSITORY);
  assert.is(docs(terminal, { check: 'mappings/mapping-table.md' }), 0);
  assert.equal(terminal.printed(), { out: '', err: '' });
});

test('another page is refused, with the command that makes it', () => {
  const terminal = fakeTerminal(REPOSITORY);
  assert.is(docs(terminal, { check: 'mappings/conversions.md' }), 1);
  assert.is(
    terminal.printed().err,
    `error: mappings/conversions.md is not what the mappings say
  = help: dicomcast docs > mappings/conversions.md
`,
  );
});

test.run();
