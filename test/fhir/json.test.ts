import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseFhirJson } from '../../engine/fhir/json.ts';

const test = suite('fhir/json');

test('numbers are written back with the digits that they had', () => {
  const texts = [
    '{"a":1.50}',
    '[1.0,2]',
    '[-0,-0.0]',
    '{"a":12345678901234567,"b":0.1234567890123456789}',
    '{"a": 1e5 ,"b":"urn:oid:1.2.840.10008.5.1.4.1.1.2"}',
  ];
  const written = [
    '{"a":1.50}',
    '[1.0,2]',
    '[0,0.0]',
    texts[3],
    '{"a":1e5,"b":"urn:oid:1.2.840.10008.5.1.4.1.1.2"}',
  ];
  assert.equal(
    texts.map((text) => JSON.stringify(parseFhirJson(text))),
    written,
  );
});

test('wherever a number stands, whatever stands around it', () => {
  const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${most}}$`));
  const number = fc
    .record({
      sign: fc.constantFrom('', '-'),
      whole: fc.oneof(
        fc.constant('0'),
        digits(19).map((text) => `1${text}`),
      ),
      fraction: fc.oneof(
        fc.constant(''),
        digits(18).map((text) => `.${text}`),
        digits(3).map((text) => `.${text}0`),
      ),
      exponent: fc.constantFrom('', 'e5', 'E-3', 'e+07'),
    })
    .map(({ sign, whole, fraction, exponent }) => `${sign}${whole}${fraction}${exponent}`);
  const blank = fc.constantFrom('', ' ', '\n', '\t ');
  const shapes = [
    (text: string) => `{"a":${text}}`,
    (text: string) => `[1,${text},2]`,
    (text: string) => `[${text}]`,
    (text: string) => `{"b":"urn:oid:1.2.840.10008.1","a":${text},"c":"d"}`,
    (text: string) => `{"a":": 1.50 ,","b":[[${text}]]}`,
  ];
  fc.assert(
    fc.property(number, blank, blank, fc.constantFrom(...shapes), (text, before, after, shape) => {
      // A number that is alone is delicate where that can matter; the zero in front makes any list so.
      const [, expected] = parseFhirJson(`[1.50,${text}]`) as readonly unknown[];
      const found = JSON.stringify(parseFhirJson(shape(`${before}${text}${after}`)));
      assert.is(found, JSON.stringify(JSON.parse(shape('"?"'))).replace('"?"', JSON.stringify(expected)));
    }),
    { numRuns: 2000 },
  );
});

test.run();
