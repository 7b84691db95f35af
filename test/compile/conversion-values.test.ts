import { suite } from 'uvu';
import { holds } from '../support/convert.ts';

const test = suite('compile/conversion-values');

test('text stays text', () => {
  holds([
    ['LO', 'string', [' CT  ABDOMEN '], '"CT  ABDOMEN"'],
    ['LT', 'string', ['  a\r\nb '], '"  a\\r\\nb"'],
    ['UT', 'markdown', ['a\fb'], '"a\\nb"'],
    ['SH', 'string', ['4711'], '"urn:x:4711"', { prefix: 'urn:x:' }],
    ['DA', 'string', ['20240229'], '"20240229"'],
    ['AS', 'string', ['045Y'], '"045Y"'],
    ['AT', 'string', ['00100020'], '"00100020"'],
    ['UI', 'string', ['1.2.3\0'], '"1.2.3"'],
    ['DS', 'string', ['1.50'], '"1.50"'],
    ['IS', 'string', [12], '"12"'],
    ['US', 'string', [12], '"12"'],
    [
      'UT',
      'string',
      ['x'.repeat(1_048_577)],
      'invalid: gives no string: must not be longer than 1,048,576 characters',
    ],
    ['LO', 'string', ['a\u0007'], 'invalid: has a control character'],
    ['SH', 'string', ['12345678901234567'], 'invalid: is longer than the 16 characters of SH'],
    ['LO', 'string', [4711], 'invalid: is no text'],
  ]);
});

test('codes, ids and URIs are what FHIR allows', () => {
  holds([
    ['CS', 'code', ['CT'], '"CT"'],
    [
      'LO',
      'code',
      ['a  b'],
      'invalid: gives no code: must be a code: no white space around it, single spaces inside',
    ],
    ['UI', 'id', ['1.2.840.113619.2.1'], '"1.2.840.113619.2.1"'],
    ['LO', 'id', ['a b'], 'invalid: gives no id: must be an id: 1 to 64 letters, digits, hyphens and dots'],
    ['UI', 'oid', ['1.2.3'], '"urn:oid:1.2.3"'],
    ['UI', 'oid', ['111'], 'invalid: gives no oid: must be an OID: urn:oid: and numbers'],
    ['UI', 'uri', ['111'], '"urn:oid:111"'],
    ['UI', 'uri', ['1.2.3'], '"https://x.org/1.2.3"', { prefix: 'https://x.org/' }],
    ['UI', 'canonical', ['1.2.3'], '"urn:oid:1.2.3"'],
    ['UI', 'uri', ['1.02'], 'invalid: is no UID: numbers without leading zeros, joined by points'],
    ['UR', 'url', ['https://x.org/a?b '], '"https://x.org/a?b"'],
    ['UR', 'uri', ['a b'], 'invalid: has a character that a URI does not allow (RFC 3986)'],
    ['LO', 'uri', ['a b'], 'invalid: gives no uri: must be a URI: no white space'],
    ['SH', 'uri', ['A1'], '"urn:acme:A1"', { prefix: 'urn:acme:' }],
  ]);
});

test('YES and NO are booleans, and numbers are numbers in their range', () => {
  holds([
    ['CS', 'boolean', ['YES'], 'true'],
    ['CS', 'boolean', ['NO '], 'false'],
    ['CS', 'boolean', ['Y'], 'invalid: is neither YES nor NO'],
    ['IS', 'integer', ['+012 '], '12'],
    ['IS', 'integer', [-3], '-3'],
    ['IS', 'integer', ['-0'], '0'],
    ['IS', 'unsignedInt', [-1], 'invalid: gives no unsignedInt: must be a whole number from 0 to 2147483647'],
    [
      'IS',
      'positiveInt',
      ['0'],
      'invalid: gives no positiveInt: must be a whole number from 1 to 2147483647',
    ],
    ['IS', 'integer', ['1A'], 'invalid: is no whole number (IS)'],
    ['IS', 'integer', [''], 'absent'],
    [
      'UL',
      'unsignedInt',
      [4294967295],
      'invalid: gives no unsignedInt: must be a whole number from 0 to 2147483647',
    ],
    ['UV', 'integer', ['7'], '7'],
    ['US', 'integer', [512], '512'],
  ]);
});

test('decimals and quantities keep their digits', () => {
  const mm = ',"unit":"mm","system":"http://unitsofmeasure.org","code":"mm"}';
  holds([
    ['DS', 'decimal', ['1.50'], '1.50'],
    ['DS', 'decimal', [' +01.50 '], '1.50'],
    ['DS', 'decimal', [1.5], '1.5'],
    ['DS', 'decimal', ['.5'], '0.5'],
    ['DS', 'decimal', ['1.50E+02'], '1.50e+02'],
    ['DS', 'decimal', ['1,5'], 'invalid: is no number (DS)'],
    ['FD', 'decimal', [0.1], '0.1'],
    ['FL', 'decimal', ['NaN'], 'invalid: is not finite'],
    ['IS', 'decimal', ['7'], '7'],
    ['DS', 'Quantity', ['0.850'], `{"value":0.850${mm}`, { unit: 'mm' }],
    ['IS', 'Duration', [7], `{"value":7${mm}`, { unit: 'mm' }],
    ['FD', 'SimpleQuantity', ['Infinity'], 'invalid: is not finite', { unit: 'mm' }],
    ['AS', 'Age', ['045Y'], '{"value":45,"unit":"a","system":"http://unitsofmeasure.org","code":"a"}'],
    ['AS', 'Age', ['006M'], '{"value":6,"unit":"mo","system":"http://unitsofmeasure.org","code":"mo"}'],
    ['AS', 'Quantity', ['002W'], '{"value":2,"unit":"wk","system":"http://unitsofmeasure.org","code":"wk"}'],
    ['AS', 'Duration', ['000D'], '{"value":0,"unit":"d","system":"http://unitsofmeasure.org","code":"d"}'],
    ['AS', 'Age', ['20'], 'invalid: is no AS: three digits and D, W, M or Y'],
  ]);
});

test('codes get a system', () => {
  const system = 'http://dicom.nema.org/resources/ontology/DCM';
  holds([
    ['CS', 'Coding', ['CT'], `{"system":"${system}","code":"CT"}`, { system }],
    ['CS', 'CodeableConcept', ['CT'], `{"coding":[{"system":"${system}","code":"CT"}]}`, { system }],
    ['CS', 'Coding', ['CT'], '{"code":"CT"}', { system: '' }],
    ['SH', 'Coding', ['4711'], '{"system":"urn:x","code":"p4711"}', { system: 'urn:x', prefix: 'p' }],
    ['UI', 'Coding', ['1.2.3'], '{"system":"urn:ietf:rfc:3986","code":"urn:oid:1.2.3"}'],
    ['UI', 'Coding', ['1.2.3'], '{"system":"urn:x","code":"1.2.3"}', { system: 'urn:x' }],
    [
      'UI',
      'CodeableConcept',
      ['1.2.3'],
      '{"coding":[{"system":"urn:ietf:rfc:3986","code":"urn:oid:1.2.3"}]}',
      { system: 'urn:ietf:rfc:3986' },
    ],
    [
      'CS',
      'Coding',
      ['CT', 'PT'],
      `[{"system":"${system}","code":"CT"},{"system":"${system}","code":"PT"}]`,
      { system, several: true },
    ],
  ]);
});

test('identifiers, contact points, notes and addresses', () => {
  holds([
    ['SH', 'Identifier', ['A1'], '{"value":"A1"}'],
    ['SH', 'Identifier', ['A1'], '{"value":"A1"}', { system: '' }],
    ['LO', 'Identifier', ['A1'], '{"system":"urn:x","value":"A1"}', { system: 'urn:x' }],
    ['IS', 'Identifier', [7], '{"value":"7"}'],
    [
      'UI',
      'Identifier',
      ['1.2'],
      '{"system":"urn:dicom:uid","value":"urn:oid:1.2"}',
      { system: 'urn:dicom:uid' },
    ],
    ['UI', 'Identifier', ['1.2'], '{"system":"urn:x","value":"1.2"}', { system: 'urn:x' }],
    [
      'UI',
      'Identifier',
      ['1.2'],
      '{"system":"urn:x","value":"urn:oid:1.2"}',
      { system: 'urn:x', prefix: 'urn:oid:' },
    ],
    ['SH', 'ContactPoint', ['+1 555'], '{"system":"phone","value":"+1 555"}'],
    ['SH', 'ContactPoint', ['+1 555'], '{"system":"fax","value":"+1 555"}', { system: 'fax' }],
    ['LO', 'ContactPoint', ['a@b.org'], '{"system":"email","value":"a@b.org"}', { system: 'email' }],
    ['LO', 'Annotation', ['CT'], '{"text":"CT"}'],
    ['LO', 'Annotation', ['CT', 'MR'], '{"text":"CT, MR"}', { as: 'join' }],
    ['LO', 'Address', ['1 Main St'], '{"text":"1 Main St"}'],
  ]);
});

test.run();
