import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { choose, convert, holds } from '../support/convert.ts';

const test = suite('compile/issuer');

const text = (vr: string, value: string) => ({ vr, Value: [value] });
const issuer = (parts: { local?: string; id?: string; kind?: string; type?: string }) => ({
  ...(parts.local === undefined ? {} : { '00400031': text('UT', parts.local) }),
  ...(parts.id === undefined ? {} : { '00400032': text('UT', parts.id) }),
  ...(parts.kind === undefined ? {} : { '00400033': text('CS', parts.kind) }),
  ...(parts.type === undefined ? {} : { '00400035': text('CS', parts.type) }),
});
const accession = (item: unknown, rule = {}) => convert('SH+SQ', 'Identifier', [['A1'], [item]], rule);

test('a universal name of the issuer is the system', () => {
  const systems: [parts: { id: string; kind: string }, system: string][] = [
    [{ id: '1.2.840.1', kind: 'ISO' }, 'urn:oid:1.2.840.1'],
    [
      { id: '9F1C7A3E-0B5D-4C1A-8F6E-2D3B4C5A6978', kind: 'UUID' },
      'urn:uuid:9f1c7a3e-0b5d-4c1a-8f6e-2d3b4c5a6978',
    ],
    [{ id: 'https://hospital.example.org/mrn', kind: 'URI' }, 'https://hospital.example.org/mrn'],
    [{ id: 'Hospital.Example.org', kind: 'DNS' }, 'http://hospital.example.org'],
  ];
  for (const [parts, system] of systems) {
    assert.is(accession(issuer(parts)), JSON.stringify({ system, value: 'A1' }), parts.kind);
    assert.is(accession(issuer(parts), { system: 'urn:other' }), JSON.stringify({ system, value: 'A1' }));
  }
});

test('a local name, or one that FHIR has no address for, is the assigner; the system is that of the rule', () => {
  assert.is(accession(issuer({ local: 'RIS' })), '{"value":"A1","assigner":{"display":"RIS"}}');
  assert.is(
    accession(issuer({ local: 'RIS' }), { system: 'urn:ris' }),
    '{"system":"urn:ris","value":"A1","assigner":{"display":"RIS"}}',
  );
  assert.is(
    accession(issuer({ id: '0123456789ABCDEF', kind: 'EUI64' })),
    '{"value":"A1","assigner":{"display":"0123456789ABCDEF"}}',
  );
  assert.is(
    accession(issuer({ local: 'RIS', id: '1.2', kind: 'ISO', type: 'ACSN' })),
    '{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"ACSN"}]},"system":"urn:oid:1.2","value":"A1","assigner":{"display":"RIS"}}',
  );
});

test('a Patient ID with both issuers: the qualifiers count more', () => {
  const patient = (name: string | undefined, item: unknown, rule = {}) =>
    convert(
      'LO+LO+SQ',
      'Identifier',
      [['P1'], name === undefined ? undefined : [name], item ? [item] : undefined],
      rule,
    );
  assert.is(patient('WARD', undefined), '{"value":"P1","assigner":{"display":"WARD"}}');
  assert.is(
    patient('WARD', issuer({ id: '1.2', kind: 'ISO' })),
    '{"system":"urn:oid:1.2","value":"P1","assigner":{"display":"WARD"}}',
  );
  assert.is(patient('WARD', issuer({ local: 'Clinic' })), '{"value":"P1","assigner":{"display":"Clinic"}}');
  assert.is(patient(undefined, undefined, { system: 'urn:p' }), '{"system":"urn:p","value":"P1"}');
  assert.is(convert('LO+LO', 'Identifier', [undefined, ['WARD']]), 'absent');
});

test('one issuer is that of all values; each is judged by its VR', () => {
  holds([
    [
      'LO+LO',
      'Identifier',
      [['P1', 'P2'], ['WARD']],
      '[{"value":"P1","assigner":{"display":"WARD"}},{"value":"P2","assigner":{"display":"WARD"}}]',
      { several: true },
    ],
    [
      'LO+LO',
      'Identifier',
      [['P1', 'P2'], ['WARD']],
      'invalid: has several values, and one is wanted: in a rule, as: first or as: join says what becomes of them',
    ],
    [
      'LO+LO',
      'Identifier',
      [['P1'], ['A', 'B']],
      'invalid: has several values, and one is wanted: in a rule, as: first or as: join says what becomes of them',
      { several: true },
    ],
    [
      'SH+LO',
      'Identifier',
      [['12345678901234567'], ['A']],
      'invalid: is longer than the 16 characters of SH',
    ],
    [
      'UI+LO',
      'Identifier',
      [['1.2'], ['A']],
      '{"system":"urn:dicom:uid","value":"urn:oid:1.2","assigner":{"display":"A"}}',
      { system: 'urn:dicom:uid' },
    ],
  ]);
});

test('an issuer that cannot be right makes the identifier invalid, without a word of its value', () => {
  const faults: [item: unknown, reason: string][] = [
    [issuer({ id: '1.02', kind: 'ISO' }), 'has an item whose UniversalEntityID is no ISO'],
    [issuer({ id: 'x', kind: 'UUID' }), 'has an item whose UniversalEntityID is no UUID'],
    [issuer({ id: 'a b', kind: 'URI' }), 'has an item whose UniversalEntityID is no URI'],
    [issuer({ id: 'a/b', kind: 'DNS' }), 'has an item whose UniversalEntityID is no DNS'],
    [issuer({ id: '1.2' }), 'has an item with a UniversalEntityID and no UniversalEntityIDType'],
    [{ '00080100': text('SH', 'X') }, 'has an item that names no issuer'],
    [
      { '00400032': { vr: 'UT', Value: ['a', 'b'] }, '00400033': text('CS', 'ISO') },
      'has an item whose UniversalEntityID has several values',
    ],
    ['no item', 'has an item that is no dataset'],
  ];
  for (const [item, reason] of faults) assert.is(accession(item), `invalid: ${reason}`);
});

test('with as: each tag is an identifier of its own', () => {
  assert.is(convert('SH+LO', 'Identifier', [undefined, ['S1']], { as: 'first' }), '{"value":"S1"}');
});

test('merge removes the parts that an issuer does not give', () => {
  const chosen = choose(['LO', 'SQ'], 'Identifier');
  assert.equal('error' in chosen || chosen.owns, ['type', 'system', 'value', 'assigner']);
});

test.run();
