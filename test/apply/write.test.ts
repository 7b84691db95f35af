import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { elementOf, first, IDENTIFIER, madeUp, patient, rowsOf, storedPatient } from '../support/made-up.ts';

const test = suite('write');

const observation = (rules: string) => `resource: Observation
identity: id
rules:
  id: { to: "Observation.identifier.where(system = 'urn:test').value", tag: StudyInstanceUID }
  status: { to: Observation.status, const: final, merge: fill }
  code: { to: Observation.code, const: { text: made up }, merge: fill }
${rules}`;

const stored = (content: Readonly<Record<string, unknown>>) => ({
  resourceType: 'Observation',
  id: 'o',
  identifier: [{ system: 'urn:test', value: '1.2.3' }],
  status: 'final',
  code: { text: 'made up' },
  ...content,
});

test('a scalar replaces', async () => {
  const result = await madeUp({
    mappings: [patient('  gender: { to: Patient.gender, tag: PatientSex, codes: { F: female } }')],
    existing: [storedPatient({ gender: 'male' })],
    feed: [{ PatientSex: 'F' }],
  });
  assert.is(elementOf(result, 'gender'), 'female');
});

test('an object of a conversion sets its children and removes those that the conversion could have given', async () => {
  const result = await madeUp({
    mappings: [patient('  name: { to: Patient.contact.where(gender.empty()).name, tag: PatientName }')],
    existing: [
      storedPatient({
        contact: [
          {
            name: {
              use: 'old',
              text: 'x',
              family: 'Old',
              prefix: ['Dr.'],
              suffix: ['MD'],
              period: { end: '2020' },
            },
          },
        ],
      }),
    ],
    feed: [{ PatientName: 'Doe^Jane' }],
  });
  assert.equal(elementOf(result, 'contact'), [
    { name: { use: 'old', family: 'Doe', given: ['Jane'], period: { end: '2020' } } },
  ]);
});

test('with a child that an object loses goes its extension', async () => {
  const unknown = { extension: [{ url: 'urn:x', valueString: 'unknown' }] };
  const name = { family: 'Old', _family: unknown, prefix: ['Dr.'], _prefix: [unknown] };
  const result = await madeUp({
    mappings: [patient('  name: { to: Patient.name.where(use.empty()), tag: PatientName }')],
    existing: [storedPatient({ name: [name] })],
    feed: [{ PatientName: 'Doe' }],
  });
  assert.equal(elementOf(result, 'name'), [{ family: 'Doe', _family: unknown }]);
});

test('an object of value: or const: sets the children it gives, and all others stay', async () => {
  const result = await madeUp({
    mappings: [
      patient(`  maritalStatus:
    to: Patient.maritalStatus
    value: |
      { "text": PatientComments }
  organization: { to: Patient.managingOrganization, const: { display: Clinic } }`),
    ],
    existing: [
      storedPatient({
        maritalStatus: { coding: [{ code: 'M' }], text: 'old' },
        managingOrganization: { reference: 'https://x.example.org/Organization/1', display: 'old' },
      }),
    ],
    feed: [{ PatientComments: 'new' }],
  });
  assert.equal(elementOf(result, 'maritalStatus'), { coding: [{ code: 'M' }], text: 'new' });
  assert.equal(elementOf(result, 'managingOrganization'), {
    reference: 'https://x.example.org/Organization/1',
    display: 'Clinic',
  });
});

test('what where says of an item is no child that a conversion failed to give', async () => {
  // An Identifier made of a tag could have a system; here its where has it.
  const mapping = patient(
    `  accession: { to: "Patient.identifier.where(system = 'urn:acc')", tag: AccessionNumber }`,
  );
  const feed = [{ AccessionNumber: 'A1' }, { AccessionNumber: 'A2' }, { AccessionNumber: 'A2' }];
  const result = await madeUp({ mappings: [mapping], feed });
  assert.equal(elementOf(result, 'identifier'), [IDENTIFIER, { system: 'urn:acc', value: 'A2' }]);
});

test('what where says of an item counts more than what the value says', async () => {
  const mapping = patient(`  name:
    to: Patient.name.where(use = 'old')
    value: |
      { "use": "official", "text": PatientComments }
  accession:
    to: Patient.identifier.where(type.coding.code = 'ACSN')
    value: |
      { "type": { "text": "Accession" }, "value": AccessionNumber }`);
  const feed = [
    { PatientComments: 'one', AccessionNumber: 'A1' },
    { PatientComments: 'two', AccessionNumber: 'A2' },
  ];
  const result = await madeUp({ mappings: [mapping], feed });
  assert.equal(elementOf(result, 'name'), [{ use: 'old', text: 'two' }]);
  assert.equal(elementOf(result, 'identifier'), [
    IDENTIFIER,
    { type: { coding: [{ code: 'ACSN' }], text: 'Accession' }, value: 'A2' },
  ]);
});

test('equal instants and equal numbers are no change, whatever their spelling', async () => {
  const result = await madeUp({
    mappings: [
      observation(`  effective: { to: Observation.effective.ofType(dateTime), tag: [StudyDate, StudyTime, TimezoneOffsetFromUTC] }
  value: { to: Observation.value.ofType(Quantity), tag: PatientWeight, unit: kg }`),
    ],
    existing: [
      stored({
        effectiveDateTime: '2024-02-29T09:15:30.000Z',
        valueQuantity: { value: 70.5, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
      }),
    ],
    feed: [
      { StudyDate: '20240229', StudyTime: '101530', TimezoneOffsetFromUTC: '+0100', PatientWeight: '70.500' },
    ],
  });
  assert.equal(result.sent, []);
  assert.equal(result.progress.written, { create: 0, update: 0, delete: 0, none: 1 });
});

test('another instant, another precision and another number are changes', async () => {
  const mapping =
    observation(`  effective: { to: Observation.effective.ofType(dateTime), tag: [StudyDate, StudyTime, TimezoneOffsetFromUTC] }
  value: { to: Observation.value.ofType(Quantity), tag: PatientWeight, unit: kg }`);
  const existing = (effectiveDateTime: string) => [
    stored({
      effectiveDateTime,
      valueQuantity: { value: 70.5, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
    }),
  ];
  const run = async (before: string, words: Readonly<Record<string, string>>) => {
    const result = await madeUp({ mappings: [mapping], existing: existing(before), feed: [words] });
    return JSON.stringify([
      elementOf(result, 'effectiveDateTime', 'Observation'),
      elementOf(result, 'valueQuantity', 'Observation'),
    ]);
  };
  const quantity = (digits: string) =>
    `{"value":${digits},"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}`;
  assert.is(
    await run('2024-02-29T09:15:30Z', {
      StudyDate: '20240229',
      StudyTime: '101531',
      TimezoneOffsetFromUTC: '+0100',
    }),
    `["2024-02-29T10:15:31+01:00",${quantity('70.5')}]`,
  );
  assert.is(
    await run('2024-02-29T00:00:00Z', { StudyDate: '20240229' }),
    `["2024-02-29",${quantity('70.5')}]`,
  );
  assert.is(await run('2024-02-29', { PatientWeight: '70.60' }), `["2024-02-29",${quantity('70.60')}]`);
});

test('a choice removes the other types, with their extensions', async () => {
  const result = await madeUp({
    mappings: [observation('  effective: { to: Observation.effective.ofType(dateTime), tag: StudyDate }')],
    existing: [
      stored({ effectivePeriod: { start: '2020' } }),
      {
        ...stored({ _effectiveInstant: { extension: [{ url: 'urn:x', valueString: 'unknown' }] } }),
        id: 'o2',
        identifier: [{ system: 'urn:test', value: '1.2.4' }],
      },
    ],
    feed: [{ StudyDate: '20240229' }, { StudyInstanceUID: '1.2.4', StudyDate: '20240301' }],
  });
  assert.equal(
    result.resources.map(({ identifier: _, ...content }) => content),
    [
      {
        resourceType: 'Observation',
        status: 'final',
        code: { text: 'made up' },
        effectiveDateTime: '2024-02-29',
      },
      {
        resourceType: 'Observation',
        status: 'final',
        code: { text: 'made up' },
        effectiveDateTime: '2024-03-01',
      },
    ],
  );
});

test('a choice that is written into removes the other types as well', async () => {
  const result = await madeUp({
    mappings: [observation('  unit: { to: Observation.value.ofType(Quantity).unit, tag: PatientComments }')],
    existing: [stored({ valueString: 'x' })],
    feed: [{ PatientComments: 'kg' }],
  });
  assert.equal(elementOf(result, 'valueQuantity', 'Observation'), { unit: 'kg' });
  assert.is(elementOf(result, 'valueString', 'Observation'), undefined);
});

test('a choice that is filled with another type is not empty', async () => {
  const result = await madeUp({
    mappings: [
      observation(`  effective: { to: Observation.effective.ofType(dateTime), tag: StudyDate, merge: fill }
  unit: { to: Observation.value.ofType(Quantity).unit, tag: PatientComments, merge: fill }`),
    ],
    existing: [stored({ effectivePeriod: { start: '2020' }, valueString: 'x' })],
    feed: [{ StudyDate: '20240229', PatientComments: 'kg' }],
  });
  assert.equal(elementOf(result, 'effectivePeriod', 'Observation'), { start: '2020' });
  assert.is(elementOf(result, 'effectiveDateTime', 'Observation'), undefined);
  assert.is(elementOf(result, 'valueString', 'Observation'), 'x');
  assert.is(elementOf(result, 'valueQuantity', 'Observation'), undefined);
});

test("extension('url') is the item with that url, and only that", async () => {
  const mapping = patient(`  weight:
    to: Patient.extension('urn:weight').value.ofType(decimal)
    tag: PatientWeight
    onAbsent: clear`);
  const foreign = { url: 'urn:other', valueString: 'x' };
  const run = async (existing: readonly unknown[], words: Readonly<Record<string, string>>) =>
    elementOf(
      await madeUp({
        mappings: [mapping],
        existing: [storedPatient({ extension: [foreign, ...existing] })],
        feed: [words],
      }),
      'extension',
    );
  const weight = (value: unknown) => ({ url: 'urn:weight', ...(value as object) });
  assert.equal(await run([], { PatientWeight: '70' }), [foreign, weight({ valueDecimal: 70 })]);
  assert.equal(await run([weight({ valueDecimal: 60 })], { PatientWeight: '70' }), [
    foreign,
    weight({ valueDecimal: 70 }),
  ]);
  assert.equal(await run([weight({ valueString: 'a lot' })], { PatientWeight: '70' }), [
    foreign,
    weight({ valueDecimal: 70 }),
  ]);
  assert.equal(await run([weight({ valueDecimal: 60 })], {}), [foreign]);
});

test('contained resources stay', async () => {
  const contained = [{ resourceType: 'Organization', id: 'o', name: 'Clinic' }];
  const result = await madeUp({
    mappings: [patient('  gender: { to: Patient.gender, tag: PatientSex, codes: { F: female } }')],
    existing: [storedPatient({ contained, managingOrganization: { reference: '#o' } })],
    feed: [{ PatientSex: 'F' }],
  });
  assert.equal(first(result), {
    contained,
    identifier: [IDENTIFIER],
    gender: 'female',
    managingOrganization: { reference: '#o' },
  });
});

test('empty texts, lists and objects are never written', async () => {
  const result = await madeUp({
    mappings: [
      patient(`  a:
    to: Patient.maritalStatus
    value: |
      { "text": "", "coding": [] }
  b:
    to: Patient.name
    merge: append
    value: |
      [{ "family": " ", "given": ["", null, "Jane"] }, {}]
  c:
    to: Patient.language
    value: |
      PatientComments & ""`),
    ],
    feed: [{}],
  });
  assert.equal(first(result), { identifier: [IDENTIFIER], name: [{ given: ['Jane'] }] });
  assert.equal(rowsOf(result), []);
});

test('a result is written in the order of the standard, whatever the order of the rules', async () => {
  const result = await madeUp({
    mappings: [
      patient(`  birthDate: { to: Patient.birthDate, tag: PatientBirthDate }
  gender: { to: Patient.gender, tag: PatientSex, codes: { F: female } }
  active: { to: Patient.active, const: true }`),
    ],
    feed: [{ PatientBirthDate: '19700101', PatientSex: 'F' }],
  });
  assert.is(
    JSON.stringify(first(result)),
    '{"identifier":[{"system":"urn:test","value":"P1"}],"active":true,"gender":"female","birthDate":"1970-01-01"}',
  );
});

test.run();
