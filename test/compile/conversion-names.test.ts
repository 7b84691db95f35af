import { suite } from 'uvu';
import { holds } from '../support/convert.ts';

const test = suite('compile/conversion-names');

test('names are taken apart as DICOM writes them', () => {
  const alphabetic = (name: string) => [{ Alphabetic: name }];
  holds([
    ['PN', 'HumanName', alphabetic('Doe^Jane'), '{"family":"Doe","given":["Jane"]}'],
    [
      'PN',
      'HumanName',
      alphabetic('Adams^John Robert^Quincy^Rev.^B.A. M.Div.'),
      '{"family":"Adams","given":["John","Robert","Quincy"],"prefix":["Rev."],"suffix":["B.A.","M.Div."]}',
    ],
    [
      'PN',
      'HumanName',
      alphabetic('Morrison-Jones^Susan^^^Ph.D., Chief Executive Officer'),
      '{"family":"Morrison-Jones","given":["Susan"],"suffix":["Ph.D.","Chief Executive Officer"]}',
    ],
    [
      'PN',
      'HumanName',
      alphabetic('van der Berg^Jan  Piet'),
      '{"family":"van der Berg","given":["Jan","Piet"]}',
    ],
    ['PN', 'HumanName', alphabetic('John Smith'), '{"text":"John Smith","family":"John Smith"}'],
    ['PN', 'HumanName', alphabetic('John Smith^^^'), '{"text":"John Smith","family":"John Smith"}'],
    ['PN', 'HumanName', alphabetic('Anonymous'), '{"family":"Anonymous"}'],
    ['PN', 'HumanName', alphabetic('^Jane'), '{"given":["Jane"]}'],
    ['PN', 'HumanName', alphabetic('Doe^^^^,'), '{"family":"Doe"}'],
    ['PN', 'HumanName', alphabetic('^^^^'), 'absent'],
    ['PN', 'HumanName', [{}], 'absent'],
    [
      'PN',
      'HumanName',
      [{ Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' }],
      '{"family":"Yamada","given":["Tarou"]}',
    ],
    ['PN', 'HumanName', ['Yamada^Tarou=山田^太郎'], '{"family":"Yamada","given":["Tarou"]}'],
    ['PN', 'HumanName', [{ Ideographic: '山田^太郎' }], '{"family":"山田","given":["太郎"]}'],
    ['PN', 'HumanName', alphabetic('a^b^c^d^e^f'), 'invalid: has more than five components (PN)'],
    ['PN', 'string', alphabetic('Doe^Jane^Q^Dr.^Jr.'), '"Dr. Jane Q Doe Jr."'],
    ['PN', 'string', [{ Ideographic: '山田^太郎' }], '"山田 太郎"'],
    ['PN', 'string', [{ Alphabetic: 'Doe^A' }, { Alphabetic: 'Roe^B' }], '"A Doe, B Roe"', { as: 'join' }],
  ]);
});

test.run();
