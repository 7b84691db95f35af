/** A mapping for a resource that nobody mentioned is a file, and needs no TypeScript. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { shippedMapping } from '../support/engine.ts';
import { madeUp, rowsOf } from '../support/made-up.ts';

const test = suite('device');

const DEVICE = `resource: Device
description: The machine that made the images.
when: |
  $exists(DeviceSerialNumber)
identity: serial
rules:
  serial:
    to: Device.identifier.where(system = 'urn:example:serial').value
    tag: DeviceSerialNumber
  serialNumber:
    to: Device.serialNumber
    tag: DeviceSerialNumber
  manufacturer:
    to: Device.manufacturer
    tag: Manufacturer
`;
const OBSERVATION = `resource: Observation
description: The dose of a study, measured by its machine.
identity: study
rules:
  study: { to: "Observation.identifier.where(system = 'urn:example:dose').value", tag: StudyInstanceUID }
  status: { to: Observation.status, const: final }
  code: { to: Observation.code, const: { text: CTDIvol } }
  value: { to: Observation.value.ofType(Quantity), tag: CTDIvol, unit: mGy }
  device: { to: Observation.device, reference: Device }
  subject: { to: Observation.subject, reference: Patient }
`;
const FEED = [
  { Manufacturer: 'ACME', DeviceSerialNumber: 'SN-1', CTDIvol: 12.5 },
  {
    Manufacturer: 'ACME',
    DeviceSerialNumber: 'SN-1',
    CTDIvol: 14,
    PatientID: 'P2',
    StudyInstanceUID: '1.2.4',
  },
  { Manufacturer: 'Other', PatientID: 'P2', StudyInstanceUID: '1.2.5' },
];
const SHIPPED = ['patient.yaml', 'endpoint.yaml', 'imaging-study.yaml'].map(shippedMapping);

test('a Device of Manufacturer and DeviceSerialNumber stands beside the shipped resources', async () => {
  const result = await madeUp({ mappings: [...SHIPPED, DEVICE], feed: FEED });
  assert.equal(rowsOf(result), []);
  assert.equal(
    result.resources.map(({ resourceType }) => resourceType),
    ['Device', 'Endpoint', 'ImagingStudy', 'ImagingStudy', 'ImagingStudy', 'Patient', 'Patient'],
  );
  assert.equal(result.resources[0], {
    resourceType: 'Device',
    identifier: [{ system: 'urn:example:serial', value: 'SN-1' }],
    manufacturer: 'ACME',
    serialNumber: 'SN-1',
  });
});

test('another mapping refers to it, where it applies', async () => {
  const result = await madeUp({ mappings: [OBSERVATION, DEVICE, ...SHIPPED], feed: FEED });
  assert.equal(rowsOf(result), []);
  const observation = (study: string, patient: string, rest: Readonly<Record<string, unknown>>) => ({
    resourceType: 'Observation',
    identifier: [{ system: 'urn:example:dose', value: study }],
    status: 'final',
    code: { text: 'CTDIvol' },
    subject: { reference: `Patient?identifier=|${patient}` },
    ...rest,
  });
  const dose = (value: number) => ({
    valueQuantity: { value, unit: 'mGy', system: 'http://unitsofmeasure.org', code: 'mGy' },
    device: { reference: 'Device?identifier=urn:example:serial|SN-1' },
  });
  assert.equal(
    result.resources.filter(({ resourceType }) => resourceType === 'Observation'),
    [
      observation('1.2.3', 'P1', dose(12.5)),
      observation('1.2.4', 'P2', dose(14)),
      observation('1.2.5', 'P2', {}),
    ],
  );
});

test('entries that share the Device only are one group: it is written once, whatever the order', async () => {
  const result = await madeUp({ mappings: [DEVICE], feed: FEED.slice(0, 2) });
  assert.is(result.sent.length, 1);
  const again = await madeUp({ mappings: [DEVICE], feed: FEED.slice(0, 2), pageSize: 1 });
  assert.is(JSON.stringify(again.resources), JSON.stringify(result.resources));
});

test('one changed line of a shipped mapping changes what is written', async () => {
  const changed = shippedMapping('patient.yaml').replace('      O: other\n', '      O: unknown\n');
  const gender = async (mapping: string) =>
    (await madeUp({ mappings: [mapping], feed: [{ PatientSex: 'O' }] })).resources[0]?.['gender'];
  assert.equal([await gender(shippedMapping('patient.yaml')), await gender(changed)], ['other', 'unknown']);
});

test.run();
