/** Texts from files, and one plain sentence where there is none. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readText } from '../../engine/io/files.ts';
import { temporaryFolder } from '../support/temp.ts';

const test = suite('files');
const folder = temporaryFolder();

function file(content: string | Uint8Array): string {
  const path = join(folder, 'file.yaml');
  writeFileSync(path, content);
  return path;
}

test('UTF-8, with and without byte order mark', () => {
  assert.equal(readText(file('größe: 1\n')), { text: 'größe: 1\n' });
  assert.equal(readText(file('\uFEFFa: 1')), { text: 'a: 1' });
  assert.equal(readText(file('')), { text: '' });
});

test('what is no readable file', () => {
  assert.equal(readText(join(folder, 'none.yaml')), { error: 'does not exist' });
  assert.equal(readText(join(file(''), 'below.yaml')), { error: 'does not exist' });
  assert.equal(readText(folder), { error: 'is a folder, not a file' });
  assert.equal(readText(file(new Uint8Array([0x61, 0xff, 0x62]))), { error: 'is not UTF-8 text' });
  assert.equal(readText('a\0b'), { error: 'cannot be read (ERR_INVALID_ARG_VALUE)' });
});

test('a file over the limit', () => {
  assert.equal(readText(file('12345'), 5), { text: '12345' });
  assert.equal(readText(file('123456'), 5), { error: 'is larger than 5 bytes' });
});

test('a file of somebody else', () => {
  const path = file('a');
  chmodSync(path, 0);
  // Nothing is closed to root.
  const expected = process.getuid?.() === 0 ? { text: 'a' } : { error: 'may not be read by this user' };
  assert.equal(readText(path), expected);
  chmodSync(path, 0o600);
});

test.run();
