import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BINARY_VRS, presentValue, trimValue, vrFault } from '../../engine/dicom/vr.ts';
import { skipWithoutCorpus } from '../support/corpus.ts';

const test = suite('dicom/vr');

const raw = (text: string): unknown => (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);

/** Per VR: values that keep its rules, and values that break them with a part of the reason. */
const CASES: Record<string, { good: readonly unknown[]; bad: readonly (readonly [unknown, string])[] }> = {
  AE: {
    good: ['PACS_1', 'a-b.c', 'A'.repeat(16)],
    bad: [
      ['A'.repeat(17), '16 characters'],
      ['A\\B', 'backslash'],
      ['Ä', 'does not allow'],
      ['A\nB', 'control'],
      [5, 'no text'],
    ],
  },
  AS: {
    good: ['045Y', '000D', '999M', '012W'],
    bad: [
      ['45Y', 'no AS'],
      ['045y', 'no AS'],
      ['20', 'no AS'],
      ['0045Y', 'no AS'],
    ],
  },
  AT: {
    good: ['00100020', '7FE0abcd'],
    bad: [
      ['0010,0020', 'no AT'],
      ['0010002', 'no AT'],
    ],
  },
  CS: {
    good: ['CT', 'ISO_IR 192', 'A1 B_2', 'A'.repeat(16)],
    bad: [
      ['ct', 'other than'],
      ['N/A', 'other than'],
      ['A\\B', 'other than'],
      ['Ａ', 'other than'],
      ['A'.repeat(17), '16 characters'],
      [true, 'no text'],
    ],
  },
  DA: {
    good: ['20240229', '1999.03.10', '1970', '197002'],
    bad: [
      ['19700230', 'no DA'],
      ['1990/01/', 'no DA'],
      [19700101, 'no text'],
    ],
  },
  DS: {
    good: [
      '1.50',
      '-1e-5',
      '+.5',
      '5.',
      1.5,
      -3,
      1e-7,
      0.1 + 0.2,
      raw('1.50'),
      raw('0.12345678901234567890'),
    ],
    bad: [
      ['12345678901234567', '16 characters'],
      ['1,5', 'no number'],
      ['1 2', 'no number'],
      ['1e999', 'no number'],
      ['NaN', 'no number'],
      ['0x1F', 'no number'],
      [Number.NaN, 'no number'],
      [{}, 'no number'],
      [null, 'no number'],
    ],
  },
  DT: {
    good: ['2024', '20240229101530.123456+0100', '202402-0500'],
    bad: [
      ['20240230', 'no DT'],
      ['2024-02-29', 'no DT'],
    ],
  },
  FD: {
    good: [1.5, 0, 'NaN', 'Infinity', '-Infinity'],
    bad: [
      ['1.5', 'no number'],
      [{}, 'no number'],
      [Number.POSITIVE_INFINITY, 'no number'],
    ],
  },
  FL: {
    good: [1.5, 3.4028234663852886e38, 'NaN'],
    bad: [
      [3.5e38, 'range'],
      ['1.5', 'no number'],
    ],
  },
  IS: {
    good: ['12', '+012', '-2147483648', 2147483647, 5, raw('5'), raw('5.0')],
    bad: [
      ['1A', 'no whole number'],
      ['1.5', 'no whole number'],
      ['1.0', 'no whole number'],
      [1.5, 'no whole number'],
      ['2147483648', 'range'],
      [2147483648, 'range'],
      [1e300, 'range'],
      ['0000000000012', '12 characters'],
      [[], 'no whole number'],
    ],
  },
  LO: {
    good: ['Müller & Söhne', '山'.repeat(64), '😀'.repeat(64)],
    bad: [
      ['x'.repeat(65), '64 characters'],
      ['😀'.repeat(65), '64 characters'],
      ['a\\b', 'backslash'],
      ['a\u001bb', 'control'],
      ['a\u0085b', 'control'],
      ['a\u007fb', 'control'],
      ['\ud800', 'half a character'],
      [7, 'no text'],
    ],
  },
  LT: {
    good: ['a\\b\r\nc\td\fe', 'x'.repeat(10_240)],
    bad: [
      ['x'.repeat(10_241), '10240 characters'],
      ['a\u000bb', 'control'],
    ],
  },
  PN: {
    good: [
      'Doe^Jane',
      'Yamada^Tarou=山田^太郎=やまだ^たろう',
      { Alphabetic: 'Doe^Jane^^^' },
      { Alphabetic: null, Ideographic: '山田' },
      { Alphabetic: `${'x'.repeat(32)}^${'y'.repeat(31)}`, Phonetic: 'z'.repeat(64) },
    ],
    bad: [
      ['a=b=c=d', 'three component groups'],
      [{ Alphabetic: 'x'.repeat(65) }, '64 characters'],
      [{ Alphabetic: 'a^b^c^d^e^f' }, 'five components'],
      [{ Alphabetic: 'a=b' }, 'equals sign'],
      [{ Alphabetic: 'a\\b' }, 'backslash'],
      [{ Ideographic: 'a\nb' }, 'control'],
      [{ Alphabetic: 5 }, 'no text'],
      [{ alphabetic: 'a' }, 'component group other'],
      [['Doe'], 'no person name'],
      [5, 'no person name'],
    ],
  },
  SH: {
    good: ['A-4711', 'x'.repeat(16)],
    bad: [
      ['x'.repeat(17), '16 characters'],
      ['a\\b', 'backslash'],
    ],
  },
  SL: {
    good: [-2147483648, 2147483647],
    bad: [
      [2147483648, 'range'],
      ['5', 'no whole number'],
    ],
  },
  SQ: {
    good: [{}, { '00100020': {} }],
    bad: [
      ['x', 'no dataset'],
      [[], 'no dataset'],
      [5, 'no dataset'],
    ],
  },
  SS: { good: [-32768, 32767], bad: [[32768, 'range']] },
  ST: { good: ['a\\b\nc', 'x'.repeat(1024)], bad: [['x'.repeat(1025), '1024 characters']] },
  SV: {
    good: ['-9223372036854775808', 5, raw('9223372036854775807')],
    bad: [
      ['9223372036854775808', 'range'],
      ['5.5', 'no whole number'],
    ],
  },
  TM: {
    good: ['07', '0710', '235960', '071024.123456', '12:16:24', '11:11:11.111'],
    bad: [
      ['24', 'no TM'],
      ['071024.', 'no TM'],
      ['0760', 'no TM'],
    ],
  },
  UC: {
    good: ['x'.repeat(100_000)],
    bad: [
      ['a\\b', 'backslash'],
      ['a\nb', 'control'],
    ],
  },
  UI: {
    good: ['1.2.840.10008.1.2', '1', '1.0', '0.0', `1.${'2'.repeat(62)}`],
    bad: [
      ['1.02', 'no UID'],
      ['01.2', 'no UID'],
      ['1..2', 'no UID'],
      ['1.2.', 'no UID'],
      ['.1', 'no UID'],
      ['1.-2', 'no UID'],
      ['1.2 3', 'no UID'],
      [`1.${'2'.repeat(63)}`, '64 characters'],
    ],
  },
  UL: {
    good: [0, 4294967295],
    bad: [
      [-1, 'range'],
      [4294967296, 'range'],
      [0.5, 'no whole number'],
    ],
  },
  UR: {
    good: ['https://example.org/a?b=c#d', '../x', 'urn:oid:1.2', 'a%20b'],
    bad: [
      ['a b', 'URI'],
      ['a%2', 'URI'],
      ['ü', 'URI'],
      ['a\\b', 'URI'],
    ],
  },
  US: {
    good: [0, 65535],
    bad: [
      [65536, 'range'],
      [-1, 'range'],
      ['5', 'no whole number'],
    ],
  },
  UT: { good: ['a\\b\r\n', 'x'.repeat(100_000)], bad: [['a\u0000b', 'control']] },
  UV: {
    good: ['18446744073709551615', 0],
    bad: [
      ['18446744073709551616', 'range'],
      [-1, 'range'],
      ['9'.repeat(1000), 'range'],
    ],
  },
};

for (const [vr, { good, bad }] of Object.entries(CASES)) {
  test(`${vr} is judged by PS3.5 6.2`, () => {
    for (const value of good) assert.is(vrFault(vr, value), undefined, JSON.stringify(value)?.slice(0, 80));
    for (const [value, part] of bad) {
      const fault = vrFault(vr, value);
      assert.ok(fault?.includes(part), `${JSON.stringify(value)?.slice(0, 80)}: ${fault}`);
    }
  });
}

test('binary VRs have no Value, and other letters are no VR', () => {
  for (const vr of BINARY_VRS) assert.match(vrFault(vr, 'AAAA') ?? '', 'binary');
  assert.match(vrFault('XX', 'a') ?? '', 'PS3.5');
  assert.match(vrFault('toString', 'a') ?? '', 'PS3.5');
});

test('padding goes, and leading blanks stay where they mean something', () => {
  assert.is(trimValue('LO', '  a b \0'), 'a b');
  assert.is(trimValue('UI', '1.2\0'), '1.2');
  assert.is(trimValue('UI', '1.2 \0 \0'), '1.2');
  assert.is(trimValue('LT', '  a  '), '  a');
  assert.is(trimValue('ST', ' a '), ' a');
  assert.is(trimValue('UT', '\n a '), '\n a');
  assert.is(trimValue('CS', '   '), '');
});

test('what is blank is absent', () => {
  for (const [vr, value] of [
    ['LO', null],
    ['LO', undefined],
    ['LO', ''],
    ['LO', '  \0'],
    ['LT', ' \r\n\t '],
    ['PN', ''],
    ['PN', '^^^='],
    ['PN', {}],
    ['PN', { Alphabetic: '' }],
    ['PN', { Alphabetic: '^^', Ideographic: null }],
    ['SQ', null],
    ['SQ', {}],
  ] as const) {
    assert.is(presentValue(vr, value), undefined, `${vr} ${JSON.stringify(value)}`);
  }
  assert.is(presentValue('LO', ' a '), 'a');
  assert.is(presentValue('IS', 0), 0);
  assert.is(presentValue('LO', '^'), '^');
  assert.equal(presentValue('PN', { Alphabetic: 'Doe' }), { Alphabetic: 'Doe' });
  assert.equal(presentValue('PN', { Alphabetic: 5 }), { Alphabetic: 5 });
});

test('no value makes a check throw, and no reason quotes the value', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(CASES)),
      fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' })),
      (vr, value) => {
        const fault = vrFault(vr, value);
        if (fault !== undefined && typeof value === 'string' && value.length > 12)
          assert.not.ok(fault.includes(value));
        presentValue(vr, value);
      },
    ),
  );
});

test('long values are judged in linear time', () => {
  const hostile = [
    '1'.repeat(1e6),
    '1.'.repeat(5e5),
    ' '.repeat(1e6),
    '^'.repeat(1e6),
    '='.repeat(1e6),
    `${'0'.repeat(1e6)}x`,
    '%2'.repeat(5e5),
  ];
  const started = performance.now();
  for (const vr of Object.keys(CASES)) {
    for (const value of hostile) {
      vrFault(vr, value);
      trimValue(vr, `${value}x`);
      presentValue(vr, value);
    }
  }
  // About a second for 600 megabytes; a quadratic check would take hours for one value.
  assert.ok(performance.now() - started < 20_000);
});

const onCorpus = skipWithoutCorpus(test);

onCorpus('of 100,000 real values, these break the rules', (folder) => {
  const faults: Record<string, number> = {};
  let count = 0;
  const judge = (dataset: Record<string, { vr: string; Value?: unknown[] }>): void => {
    for (const { vr, Value } of Object.values(dataset)) {
      for (const entry of Value ?? []) {
        const value = presentValue(vr, entry);
        if (value === undefined) continue;
        count++;
        const fault = vrFault(vr, value);
        if (fault) faults[fault] = (faults[fault] ?? 0) + 1;
        if (vr === 'SQ') judge(value as never);
      }
    }
  };
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
    judge(JSON.parse(readFileSync(join(folder, name), 'utf8')));
  }
  assert.ok(count > 100_000);
  assert.equal(faults, {
    'has a character other than A-Z, 0-9, blank and underscore (CS)': 7,
    'is longer than the 16 characters of SH': 10,
    'is longer than the 64 characters of UI': 1,
    'is no AS: three digits and D, W, M or Y': 4,
    'is no DA: a day of the calendar as yyyymmdd': 1,
    'is no UID: numbers without leading zeros, joined by points': 38,
    'is no whole number (IS)': 1,
  });
});

test.run();
