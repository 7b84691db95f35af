import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nameGroups, parsePersonName } from '../../engine/dicom/person-name.ts';

const test = suite('dicom/person-name');

test('takes a name apart into its five components', () => {
  assert.equal(parsePersonName({ Alphabetic: 'Adams^John Robert^Quincy^Rev.^B.A. M.Div.' }), {
    alphabetic: {
      family: 'Adams',
      given: 'John Robert',
      middle: 'Quincy',
      prefix: 'Rev.',
      suffix: 'B.A. M.Div.',
    },
  });
  assert.equal(parsePersonName({ Alphabetic: ' Doe ^ Jane ^^^' }), {
    alphabetic: { family: 'Doe', given: 'Jane' },
  });
  assert.equal(parsePersonName({ Alphabetic: '^Jane' }), { alphabetic: { given: 'Jane' } });
});

test('keeps the groups apart, in an object and in one text', () => {
  const groups = {
    alphabetic: { family: 'Yamada', given: 'Tarou' },
    ideographic: { family: '山田', given: '太郎' },
    phonetic: { family: 'やまだ', given: 'たろう' },
  };
  assert.equal(
    parsePersonName({ Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' }),
    groups,
  );
  assert.equal(parsePersonName('Yamada^Tarou=山田^太郎=やまだ^たろう'), groups);
  assert.equal(parsePersonName('=山田^太郎'), { ideographic: { family: '山田', given: '太郎' } });
  assert.equal(parsePersonName({ Alphabetic: null, Phonetic: 'やまだ' }), { phonetic: { family: 'やまだ' } });
});

test('finds nothing where nothing is', () => {
  for (const value of [
    undefined,
    null,
    7,
    '',
    ' ',
    '^^^^',
    '==',
    {},
    { Alphabetic: '^^' },
    { alphabetic: 'x' },
    [],
  ]) {
    assert.equal(parsePersonName(value), {}, JSON.stringify(value));
  }
});

test('gives group texts without padding', () => {
  assert.equal(nameGroups({ Alphabetic: 'Doe^Jane \0', Ideographic: ' ' }), { Alphabetic: 'Doe^Jane' });
  assert.equal(nameGroups('Doe'), { Alphabetic: 'Doe' });
});

test.run();
