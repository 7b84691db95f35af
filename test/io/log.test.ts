/** Log lines as a collector and as a person read them; what errors may tell. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EngineError } from '../../engine/errors.ts';
import { createLog, type LogOptions } from '../../engine/io/log.ts';
import type { Log } from '../../engine/ports.ts';

const test = suite('log');

function lines(write: (log: Log) => void, options: Partial<LogOptions> = {}): string[] {
  const found: string[] = [];
  write(createLog({ level: 'debug', destination: { write: (line) => found.push(line) }, ...options }));
  return found;
}
const records = (write: (log: Log) => void) =>
  lines(write).map((line) => {
    const { time, ...rest } = JSON.parse(line) as Record<string, unknown>;
    assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    return rest;
  });

test('one JSON object a line: level, event, fields', () => {
  const found = records((log) => {
    log.debug('page asked', { limit: 100 });
    log.info('engine started');
    log.warn('entry skipped', { sequence: 7, code: 'dicom.missing-tag', uids: ['1.2'] });
    log.error('engine stops', {});
  });
  assert.equal(found, [
    { level: 'debug', event: 'page asked', limit: 100 },
    { level: 'info', event: 'engine started' },
    { level: 'warn', event: 'entry skipped', sequence: 7, code: 'dicom.missing-tag', uids: ['1.2'] },
    { level: 'error', event: 'engine stops' },
  ]);
});

test('lower levels are left out', () => {
  const write = (log: Log) => {
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
  };
  assert.equal(
    lines(write, { level: 'warn' }).map((line) => JSON.parse(line).event),
    ['c', 'd'],
  );
  assert.equal(lines(write, { level: 'silent' }), []);
});

test('an EngineError tells code, message, hint and details, without stack', () => {
  const cause = new SyntaxError('Unexpected token in DOE^JANE');
  const error = new EngineError('fhir.busy', 'the search was answered 503', {
    status: 503,
    retryAfter: 2000,
    cause,
  });
  const [found] = records((log) => log.warn('asked again', { error }));
  const { cause: told, ...rest } = (found?.['error'] ?? {}) as Record<string, unknown>;
  assert.equal(rest, {
    code: 'fhir.busy',
    message: 'the search was answered 503',
    hint: 'The FHIR server throttles or fails; the engine waits.',
    status: 503,
    retryAfter: 2000,
  });
  assert.is((told as Record<string, unknown>)['name'], 'SyntaxError');
  assert.not.match(JSON.stringify(found), 'DOE');
});

test('another error tells its kind and places, not its message', () => {
  const error = Object.assign(new TypeError('cannot read DOE^JANE\n    of line two'), { code: 'ERR_X' });
  const [found] = records((log) => log.error('unexpected', { error }));
  const told = found?.['error'] as { name: string; code: string; stack: string[] };
  assert.equal([told.name, told.code], ['TypeError', 'ERR_X']);
  assert.ok(told.stack.length > 0 && told.stack.every((line) => line.startsWith('at ')));
  assert.not.match(JSON.stringify(found), /DOE|line two/);
});

test('names, codes and messages that were made from values', () => {
  const error = Object.assign(new Error('DOE\n    at DOE (file:///DOE.ts:1:1)\n    at DOE'), {
    name: 'Error of DOE',
    code: 'no DOE',
  });
  const [found] = records((log) => log.error('unexpected', { error }));
  const told = found?.['error'] as { name: string; code?: string; stack: string[] };
  assert.equal([told.name, told.code], ['Error', undefined]);
  assert.match(told.stack[0] ?? '', /^at .*log\.test\.ts:\d+:\d+\)?$/);
  assert.not.match(JSON.stringify(found), 'DOE');
});

test('credentials are left out should somebody log them', () => {
  const [found] = records((log) =>
    log.info('x', { password: 'hush', auth: { clientSecret: 'hush', type: 'basic' } }),
  );
  assert.equal(found, {
    level: 'info',
    event: 'x',
    password: '[removed]',
    auth: { clientSecret: '[removed]', type: 'basic' },
  });
});

test('readable lines for a terminal', () => {
  const found = lines(
    (log) => {
      log.info('page read', { entries: 3, source: 'https://dicom.test', note: 'two words' });
      log.warn('waits', { error: new EngineError('feed.busy', 'answered 429') });
    },
    { pretty: true },
  );
  assert.equal(
    found.map((line) => line.replace(/^\d\d:\d\d:\d\d /, '')),
    [
      'info  page read entries=3 source=https://dicom.test note="two words"\n',
      'warn  waits error=feed.busy: answered 429\n         help: The DICOM service throttles; the engine waits.\n',
    ],
  );
  assert.match(found[0] ?? '', /^\d\d:\d\d:\d\d info/);
});

test.run();
