/**
 * The golden suite: what the shipped mappings, and a made-up one, make of change feeds, as mapping tests in test/golden. Whoever
 * changes a result runs `dicomcast test test/golden --update` and reads what it writes.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inFolder } from '../engine/cli/test-files.ts';
import { createTestPlans } from '../engine/cli/test-plans.ts';
import { renderReport } from '../engine/cli/test-report.ts';
import { runFiles } from '../engine/cli/test-run.ts';
import { fakeTerminal } from './support/terminal.ts';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(import.meta.dirname, 'golden');
const terminal = fakeTerminal(ROOT);
const { files } = await runFiles(terminal, createTestPlans(terminal, {}), inFolder(FOLDER));

const test = suite('golden');

for (const file of files) {
  for (const result of file.results) {
    test(result.name, () => {
      const alone = [{ ...file, results: [result] }];
      const report = renderReport(terminal, alone, { max: 1, flags: '', notes: new Map(), durationMs: 0 });
      assert.is(result.outcome, 'passed', report);
      const { path, text } = result.golden ?? { path: '', text: '' };
      assert.fixture(text, readFileSync(join(FOLDER, path), 'utf8'));
    });
  }
}

test('every file was read, and every case ran', () => {
  assert.equal(
    files.flatMap(({ diagnostics }) => diagnostics),
    [],
  );
  const names = files.flatMap(({ results }) => results.map(({ name }) => name));
  assert.ok(names.length >= 58, `${names.length} cases`);
});

test.run();
