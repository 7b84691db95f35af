import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ROWS } from '../../engine/compile/conversion-rows.ts';
import { choose } from '../support/convert.ts';

const test = suite('compile/conversion-choice');

test('a pair that has no conversion says what would', () => {
  const rows: [ReturnType<typeof choose>, { error: string; hint?: string }][] = [
    [
      choose(['PN'], 'date'),
      {
        error: 'PN does not convert to date',
        hint: 'A date comes from DA or DT. PN becomes HumanName, string.',
      },
    ],
    [
      choose(['CS'], 'Coding'),
      { error: 'a Coding needs system:', hint: 'system: says which code system the code is of.' },
    ],
    [
      choose(['CS'], 'Coding', { codes: { a: 'b' } }),
      { error: 'a Coding needs system:', hint: 'system: says which code system the code is of.' },
    ],
    [
      choose(['LO'], 'CodeableConcept'),
      {
        error: 'a CodeableConcept needs system:',
        hint: 'system: says which code system the code is of. For a text without a code, end the target with .text.',
      },
    ],
    [
      choose(['DS'], 'Quantity'),
      { error: 'a Quantity needs unit:', hint: 'unit: is a UCUM code, such as mm or mGy.' },
    ],
    [
      choose(['LO'], 'ContactPoint'),
      { error: 'a ContactPoint needs system:', hint: 'phone, fax, email, pager, url, sms or other.' },
    ],
    [
      choose(['LO'], 'string', { system: 'x' }),
      {
        error: 'system: has no use where AE or CS or LO becomes string',
        hint: 'Leave system: out; this conversion knows prefix:.',
      },
    ],
    [
      choose(['PN'], 'HumanName', { codes: { a: 'b' } }),
      { error: 'codes: has no use where PN becomes HumanName', hint: 'Leave codes: out.' },
    ],
    [
      choose(['IS'], 'integer', { as: 'join' }),
      { error: 'as: join makes text, and integer is none', hint: 'as: first takes the first value.' },
    ],
    [
      choose(['PN'], 'Reference'),
      {
        error: 'PN does not convert to Reference',
        hint: 'Use reference:, or write to .display of the reference.',
      },
    ],
    [
      choose(['SQ'], 'string'),
      {
        error: 'SQ does not convert to string',
        hint: 'Name an attribute of its items, such as ….CodeMeaning; a code sequence becomes CodeableConcept or Coding.',
      },
    ],
    [
      choose(['DA', 'TM'], 'date'),
      { error: 'DA + TM make no date', hint: 'Together they become dateTime or instant.' },
    ],
    [
      choose(['TM', 'DA'], 'dateTime'),
      {
        error: 'TM + DA do not make one dateTime',
        hint: 'A dateTime is made of DA, TM; or DA, TM, SH; or DT, SH, in this order. as: first takes the first tag that has a value, as: join makes one text of all.',
      },
    ],
    [
      choose(['PN'], 'code'),
      {
        error: 'PN does not convert to code',
        hint: 'A code comes from AE, CS, LO, SH, UC or UI. PN becomes HumanName, string.',
      },
    ],
    [
      choose(['SQ'], 'Identifier'),
      {
        error: 'SQ does not convert to Identifier',
        hint: 'Name an attribute of its items, such as ….CodeMeaning; a code sequence becomes CodeableConcept or Coding.',
      },
    ],
    [
      choose(['LT'], 'CodeableConcept'),
      {
        error: 'LT becomes CodeableConcept only with codes:',
        hint: 'codes: { value: code } and system: says what each value stands for. For a text without a code, end the target with .text. Without codes:, LT becomes string, markdown, uri, url, canonical and others.',
      },
    ],
    [
      choose(['IS'], 'id'),
      {
        error: 'IS becomes id only with codes:',
        hint: 'codes: { value: id } says what each value stands for. Without codes:, IS becomes string, integer, positiveInt, unsignedInt, decimal and others.',
      },
    ],
    [
      choose(['LO', 'LO'], 'string'),
      {
        error: 'LO + LO do not make one string',
        hint: 'as: first takes the first tag that has a value, as: join makes one text of all.',
      },
    ],
    [
      choose(['SQ', 'LO'], 'Identifier'),
      {
        error: 'SQ + LO do not make one Identifier',
        hint: 'An Identifier is made of LO/SH/AE/…, LO/SH/UT; or LO/SH/AE/…, SQ; or LO/SH/AE/…, LO/SH/UT, SQ, in this order. as: first takes the first tag that has a value, as: join makes one text of all.',
      },
    ],
    [choose(['CS'], 'boolean', { codes: { Y: 'yes' } }), { error: 'codes: the row Y gives no boolean' }],
    [
      choose([[]], 'Money'),
      { error: 'no tag converts to Money', hint: 'Write to one of its children, or use value:.' },
    ],
    [
      choose(['OB'], 'base64Binary'),
      {
        error: 'OB does not convert to base64Binary',
        hint: 'No tag converts to base64Binary: write to one of its children, or use value:.',
      },
    ],
  ];
  for (const [chosen, fault] of rows) assert.equal(chosen, fault);
});

test('a conversion has a name, and owns what its result can have', () => {
  const rows: [ReturnType<typeof choose>, string, readonly string[] | undefined][] = [
    [choose(['PN'], 'HumanName'), 'PN → HumanName', ['text', 'family', 'given', 'prefix', 'suffix']],
    [choose(['CS'], 'code', { codes: { M: 'male' }, several: true }), 'CS → code (codes, each)', undefined],
    [choose(['DA', 'TM', 'SH'], 'dateTime'), 'DA + TM + SH → dateTime', undefined],
    [choose(['CS'], 'Coding', { system: 'x' }), 'CS → Coding', ['system', 'code']],
    [choose(['CS'], 'CodeableConcept', { system: 'x' }), 'CS → CodeableConcept', ['coding']],
    [
      choose(['SQ'], 'Coding', { as: 'first' }),
      'SQ → Coding (first)',
      ['system', 'version', 'code', 'display'],
    ],
    [choose(['SQ'], 'CodeableConcept'), 'SQ → CodeableConcept', ['coding', 'text']],
    [
      choose([['US', 'SS']], 'Quantity', { unit: 'mm' }),
      'US or SS → Quantity',
      ['value', 'unit', 'system', 'code'],
    ],
  ];
  for (const [chosen, name, owns] of rows) {
    assert.not.ok('error' in chosen);
    if ('error' in chosen) continue;
    assert.is(chosen.name, name);
    assert.equal(chosen.owns, owns, name);
    assert.ok(Object.isFrozen(chosen), name);
  }
});

test('no two rows claim one VR and type', () => {
  const claims = ROWS.flatMap((row) =>
    row.types.flatMap((type) => {
      const keys = row.vrs.length === 1 ? (row.vrs[0] ?? []) : [row.vrs.flat().join('+')];
      return keys.map((key) => `${key} ${type} ${row.needs === 'codes'}`);
    }),
  );
  assert.equal(claims.toSorted(), [...new Set(claims)].toSorted());
});

test.run();
