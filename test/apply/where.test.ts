import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { elementOf, IDENTIFIER, madeUp, patient, storedPatient } from '../support/made-up.ts';

const test = suite('where');

/** AccessionNumber into the item that `where` means, over the identifiers that are there. */
async function identifiers(where: string, existing: readonly unknown[], settings = {}): Promise<unknown> {
  const result = await madeUp({
    mappings: [
      patient(
        `  accession: { to: "Patient.identifier.where(${where}).value", tag: AccessionNumber }`,
        'settings: { system: { type: string, default: "" } }',
      ),
    ],
    settings,
    existing: [storedPatient({ identifier: [IDENTIFIER, ...existing] })],
    feed: [{ AccessionNumber: 'A1' }],
  });
  return (elementOf(result, 'identifier') as readonly unknown[]).slice(1);
}

const coding = (system: string, code: string) => ({ system, code });

test('an equation holds if some value at the path is equal: a second coding does not hide an item', async () => {
  const type = { coding: [coding('urn:b', 'other'), coding('urn:a', 'ACSN')] };
  assert.equal(await identifiers("type.coding.code = 'ACSN'", [{ type, value: 'old' }]), [
    { type, value: 'A1' },
  ]);
});

test('equations that share a list step hold in one item of it', async () => {
  const crossed = { type: { coding: [coding('urn:a', 'PLAC'), coding('urn:b', 'ACSN')] }, value: 'old' };
  assert.equal(await identifiers("type.coding.system = 'urn:a' and type.coding.code = 'ACSN'", [crossed]), [
    crossed,
    { type: { coding: [coding('urn:a', 'ACSN')] }, value: 'A1' },
  ]);
});

test('the first match is used, the second is left alone', async () => {
  assert.equal(
    await identifiers("use = 'old'", [
      { use: 'usual', value: '1' },
      { use: 'old', value: '2' },
      { use: 'old', value: '3' },
    ]),
    [
      { use: 'usual', value: '1' },
      { use: 'old', value: 'A1' },
      { use: 'old', value: '3' },
    ],
  );
});

test('an empty value on the right matches items without the element, and makes an item without it', async () => {
  const where = "use = 'usual' and system = %settings.system";
  const foreign = { use: 'usual', system: 'urn:x', value: '1' };
  assert.equal(await identifiers(where, [foreign]), [foreign, { use: 'usual', value: 'A1' }]);
  assert.equal(await identifiers(where, [foreign, { use: 'usual', value: '2' }]), [
    foreign,
    { use: 'usual', value: 'A1' },
  ]);
});

test('a value on the right matches only items that have it', async () => {
  const where = "use = 'usual' and system = %settings.system";
  const existing = [{ use: 'usual', value: '1' }];
  assert.equal(await identifiers(where, existing, { system: 'urn:x' }), [
    { use: 'usual', value: '1' },
    { use: 'usual', system: 'urn:x', value: 'A1' },
  ]);
});

test('empty() matches items without the element', async () => {
  const dated = { use: 'usual', period: { start: '2024' }, value: '1' };
  assert.equal(await identifiers("use = 'usual' and period.empty()", [dated]), [
    dated,
    { use: 'usual', value: 'A1' },
  ]);
  assert.equal(
    await identifiers("use = 'usual' and period.start.empty()", [{ use: 'usual', period: { end: '2024' } }]),
    [{ use: 'usual', value: 'A1', period: { end: '2024' } }],
  );
});

test('empty() holds where there is not even the list', async () => {
  assert.equal(
    await identifiers("use = 'usual' and type.coding.code.empty()", [{ use: 'usual', value: '1' }]),
    [{ use: 'usual', value: 'A1' }],
  );
});

test('empty() on a shared list step is asked of the item in which the other equation holds', async () => {
  const where = "type.coding.code = 'ACSN' and type.coding.system.empty()";
  const spread = { type: { coding: [{ code: 'other' }, coding('urn:a', 'ACSN')] }, value: '1' };
  assert.equal(await identifiers(where, [spread]), [
    spread,
    { type: { coding: [{ code: 'ACSN' }] }, value: 'A1' },
  ]);
});

test('an item is made only when the rule has a value', async () => {
  const result = await madeUp({
    mappings: [
      patient(`  accession: { to: "Patient.identifier.where(use = 'old').value", tag: AccessionNumber }`),
    ],
    feed: [{}],
  });
  assert.equal(elementOf(result, 'identifier'), [IDENTIFIER]);
});

test('numbers, booleans and values of primitive lists are compared too', async () => {
  const result = await madeUp({
    mappings: [
      patient(`  phone: { to: Patient.telecom.where(rank = 2).value, tag: AccessionNumber }
  language: { to: Patient.communication.where(preferred = true).language.text, tag: AccessionNumber }
  name: { to: "Patient.name.where(given = 'Jane').text", tag: AccessionNumber }`),
    ],
    existing: [
      storedPatient({
        telecom: [
          { system: 'phone', rank: 1, value: '1' },
          { system: 'phone', rank: 2, value: '2' },
        ],
        communication: [{ language: { text: 'de' }, preferred: false }],
        name: [{ given: ['Mary'] }, { given: ['Mary', 'Jane'] }],
      }),
    ],
    feed: [{ AccessionNumber: 'A1' }],
  });
  assert.equal(elementOf(result, 'telecom'), [
    { system: 'phone', value: '1', rank: 1 },
    { system: 'phone', value: 'A1', rank: 2 },
  ]);
  assert.equal(elementOf(result, 'communication'), [
    { language: { text: 'de' }, preferred: false },
    { language: { text: 'A1' }, preferred: true },
  ]);
  assert.equal(elementOf(result, 'name'), [{ given: ['Mary'] }, { text: 'A1', given: ['Mary', 'Jane'] }]);
});

test('items are found and made step by step', async () => {
  const phone = (value: string) => ({ system: 'phone', value });
  const result = await madeUp({
    mappings: [
      patient(
        `  phone: { to: "Patient.contact.where(relationship.coding.code = 'N').telecom.where(system = 'phone').value", tag: AccessionNumber }`,
      ),
    ],
    existing: [
      storedPatient({
        contact: [{ relationship: [{ coding: [{ code: 'N' }] }], telecom: [{ system: 'fax', value: '1' }] }],
      }),
    ],
    feed: [{ AccessionNumber: 'A1' }, { PatientID: 'P2', StudyInstanceUID: '1.2.4', AccessionNumber: 'A2' }],
  });
  assert.equal(elementOf(result, 'contact'), [
    { relationship: [{ coding: [{ code: 'N' }] }], telecom: [{ system: 'fax', value: '1' }, phone('A1')] },
  ]);
  assert.equal(result.resources[1]?.['contact'], [
    { relationship: [{ coding: [{ code: 'N' }] }], telecom: [phone('A2')] },
  ]);
});

test.run();
