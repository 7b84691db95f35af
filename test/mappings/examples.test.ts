/** The mappings under mappings/examples: each through the whole engine, with the overlay that refers to it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../engine/cli/check.ts';
import { type EngineSetup, runFeed, shippedMapping } from '../support/engine.ts';
import { type EntryWords, entries } from '../support/entries.ts';
import { measurementReport } from '../support/reports.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('examples');
const REPOSITORY = join(import.meta.dirname, '../..');
const FILES = { '../imaging-study.yaml': shippedMapping('imaging-study.yaml') };
const ACSN = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }] };
const SYSTEM = 'https://hospital.example.org/accession';

interface Example {
  readonly mappings: readonly string[];
  readonly feed: readonly EntryWords[];
  readonly settings?: EngineSetup['settings'];
  readonly existing?: EngineSetup['existing'];
}

/** What the mappings make, beside the shipped Patient and Endpoint. */
async function made({ mappings, feed, settings = {}, existing = [] }: Example) {
  const texts = ['patient.yaml', 'endpoint.yaml', ...mappings].map(shippedMapping);
  const setup = { mappings: texts, files: FILES, settings, existing, entries: entries(...feed) };
  const { resources, rows, requests } = await runFeed(setup);
  assert.equal(rows, []);
  return {
    requests,
    ofType: (type: string) => resources.filter(({ resourceType }) => resourceType === type),
    study: resources.find(({ resourceType }) => resourceType === 'ImagingStudy'),
  };
}

const ORDERS = ['examples/service-request.yaml', 'examples/imaging-study-based-on.yaml'];
const ORDERED = {
  AccessionNumber: 'A-1',
  RequestedProcedureCodeSequence: [
    { CodeValue: 'RPID50', CodingSchemeDesignator: 'RADLEX', CodeMeaning: 'CT head' },
    { CodeValue: 'RPID51', CodingSchemeDesignator: 'RADLEX', CodeMeaning: 'CT neck' },
  ],
};

test('a study refers to its order, which is made where there is none', async () => {
  const { ofType, study } = await made({
    mappings: ORDERS,
    settings: { createServiceRequests: true, accessionNumberSystem: SYSTEM },
    feed: [
      ORDERED,
      { SOPInstanceUID: '1.2.3.1.2', AccessionNumber: 'A-1' },
      { SOPInstanceUID: '1.2.3.1.3', AccessionNumber: 'A-2' },
      { StudyInstanceUID: '1.2.4', AccessionNumber: null },
    ],
  });
  const order = (value: string, rest: object = {}) => ({
    resourceType: 'ServiceRequest',
    identifier: [{ type: ACSN, system: SYSTEM, value }],
    status: 'unknown',
    intent: 'order',
    ...rest,
    subject: { reference: 'Patient?identifier=|P1' },
  });
  const code = { coding: [{ system: 'http://www.radlex.org', code: 'RPID50', display: 'CT head' }] };
  assert.equal(ofType('ServiceRequest'), [order('A-1', { code }), order('A-2')]);
  assert.equal(study?.['basedOn'], [
    { reference: `ServiceRequest?identifier=${SYSTEM}|A-1` },
    { reference: `ServiceRequest?identifier=${SYSTEM}|A-2` },
  ]);
  assert.is(ofType('ImagingStudy')[1]?.['basedOn'], undefined);
});

test('unless it is switched on, an order is only referred to', async () => {
  const identifier = [{ type: ACSN, value: 'A-1' }];
  const subject = { display: 'somebody' };
  const existing = [
    {
      resourceType: 'ServiceRequest',
      id: 'order',
      identifier,
      status: 'completed',
      intent: 'order',
      subject,
    },
  ];
  const found = await made({ mappings: ORDERS, feed: [ORDERED], existing });
  assert.equal(found.study?.['basedOn'], [{ reference: 'ServiceRequest?identifier=|A-1' }]);
  assert.equal(found.ofType('ServiceRequest'), [
    { resourceType: 'ServiceRequest', identifier, status: 'completed', intent: 'order', subject },
  ]);
  const none = await made({ mappings: ORDERS, feed: [ORDERED] });
  assert.is(none.study?.['basedOn'], undefined);
  assert.equal(none.ofType('ServiceRequest'), []);
});

test('a device is one of its manufacturer, with model, station and software', async () => {
  const scanner = {
    Manufacturer: 'ACME Medical',
    DeviceSerialNumber: 'SN 7',
    ManufacturerModelName: 'Scan One',
    StationName: 'CT-2',
    SoftwareVersions: ['1.0', 'VE11C'],
  };
  const { ofType } = await made({
    mappings: ['imaging-study.yaml', 'examples/device.yaml'],
    feed: [
      scanner,
      { ...scanner, SOPInstanceUID: '1.2.3.1.2', Manufacturer: 'Acme Medical', SoftwareVersions: '2.0' },
      { SOPInstanceUID: '1.2.3.1.3', Manufacturer: 'Other', DeviceSerialNumber: 'SN 7' },
      { SOPInstanceUID: '1.2.3.1.4', Manufacturer: 'Other' },
    ],
  });
  assert.equal(ofType('Device'), [
    {
      resourceType: 'Device',
      identifier: [{ system: 'urn:dicomcast:device', value: 'ACME MEDICAL|SN 7' }],
      status: 'active',
      manufacturer: 'Acme Medical',
      serialNumber: 'SN 7',
      deviceName: [
        { name: 'Scan One', type: 'model-name' },
        { name: 'CT-2', type: 'user-friendly-name' },
      ],
      version: [{ value: '2.0' }],
    },
    {
      resourceType: 'Device',
      identifier: [{ system: 'urn:dicomcast:device', value: 'OTHER|SN 7' }],
      status: 'active',
      manufacturer: 'Other',
      serialNumber: 'SN 7',
    },
  ]);
});

test('several versions of software are several items', async () => {
  const { ofType } = await made({
    mappings: ['examples/device.yaml'],
    feed: [{ Manufacturer: 'A', DeviceSerialNumber: '1', SoftwareVersions: ['1.0', 'VE11C'] }],
  });
  assert.equal(ofType('Device')[0]?.['version'], [{ value: '1.0' }, { value: 'VE11C' }]);
});

test('the referring physician is a Practitioner, to whom the study refers', async () => {
  const { ofType, study } = await made({
    mappings: ['examples/practitioner.yaml', 'examples/imaging-study-referrer.yaml'],
    feed: [
      { ReferringPhysicianName: 'Muster^Eva^^Dr.' },
      { SOPInstanceUID: '1.2.3.1.2', ReferringPhysicianName: 'MUSTER^EVA^^DR.^' },
      { SOPInstanceUID: '1.2.3.1.3', ReferringPhysicianName: [] },
    ],
  });
  assert.equal(ofType('Practitioner'), [
    {
      resourceType: 'Practitioner',
      identifier: [{ system: 'urn:dicomcast:referring-physician', value: 'MUSTER^EVA^^DR.' }],
      name: [{ use: 'usual', family: 'Muster', given: ['Eva'], prefix: ['Dr.'] }],
    },
  ]);
  assert.equal(study?.['referrer'], {
    reference: 'Practitioner?identifier=urn:dicomcast:referring-physician|MUSTER^EVA^^DR.',
  });
});

test('each measurement of a report is an Observation, replaced and deleted with the report', async () => {
  const mappings = ['imaging-study.yaml', 'examples/measurement-observation.yaml'];
  const unverified = { ...measurementReport(), SOPInstanceUID: '1.2.3.9.2' };
  const deleted = { action: 'delete', SeriesInstanceUID: '1.2.3.9', SOPInstanceUID: '1.2.3.9.2' };
  const { ofType } = await made({
    mappings,
    feed: [{ ...measurementReport(), VerificationFlag: 'VERIFIED' }, unverified, deleted],
  });
  const dcm = 'http://dicom.nema.org/resources/ontology/DCM';
  const sct = 'http://snomed.info/sct';
  const measurement = (place: string, code: object, rest: object) => ({
    resourceType: 'Observation',
    identifier: [
      { system: 'urn:dicomcast:measurement', value: `1.2.3.9.1#${place}` },
      { system: 'urn:dicom:uid', value: 'urn:oid:1.2.3.9.1' },
      {
        type: { coding: [{ system: dcm, code: '112040' }] },
        system: 'urn:dicom:uid',
        value: 'urn:oid:1.2.3.7.1',
      },
    ],
    partOf: [{ reference: 'ImagingStudy?identifier=urn:dicom:uid|urn:oid:1.2.3' }],
    status: 'final',
    code: { coding: [code] },
    subject: { reference: 'Patient?identifier=|P1' },
    effectiveDateTime: '2024-05-06',
    ...rest,
  });
  const quantity = (value: number, unit: string) => ({
    valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: unit },
    bodySite: { coding: [{ system: 'http://snomed.info/srt', code: 'T-28000', display: 'Lung' }] },
  });
  assert.equal(ofType('Observation'), [
    measurement(
      '1.1.1.5',
      { system: sct, code: '81827009', display: 'Diameter' },
      {
        ...quantity(12.5, 'mm'),
        component: [
          {
            code: { coding: [{ system: dcm, code: '121401' }] },
            valueCodeableConcept: { coding: [{ system: sct, code: '56851009', display: 'Maximum' }] },
          },
        ],
      },
    ),
    measurement('1.1.1.6', { system: sct, code: '118565006', display: 'Volume' }, quantity(1022, 'mm3')),
  ]);
});

test('units of PS3.16 that UCUM does not allow become such as it does', async () => {
  const text = JSON.stringify(measurementReport()).replaceAll('"mm3"', '"{SUVbw}g/ml"');
  const { ofType } = await made({
    mappings: ['imaging-study.yaml', 'examples/measurement-observation.yaml'],
    feed: [JSON.parse(text) as EntryWords],
  });
  const units = ofType('Observation').map(({ valueQuantity }) => (valueQuantity as { code?: unknown }).code);
  assert.equal(units, ['mm', 'g/ml{SUVbw}']);
});

/** Overlays that stand in place of patient.yaml. */
const PATIENTS = ['known-patients.yaml', 'patient-identifiers.yaml'];

test('every example is right by itself, as dicomcast check says', () => {
  const targets: Readonly<Record<string, string>> = {
    'imaging-study-based-on.yaml': 'service-request.yaml',
    'imaging-study-referrer.yaml': 'practitioner.yaml',
    'measurement-observation.yaml': '../imaging-study.yaml',
    'diagnostic-report.yaml': '../imaging-study.yaml',
  };
  const names = readdirSync(join(REPOSITORY, 'mappings/examples')).filter((name) =>
    /^[^.]+\.yaml$/.test(name),
  );
  assert.ok(names.length >= 5);
  for (const name of names) {
    const terminal = fakeTerminal(REPOSITORY);
    const beside = targets[name] === undefined ? [] : [`mappings/examples/${targets[name]}`];
    const mappings = [
      ...(PATIENTS.includes(name) ? [] : ['mappings/patient.yaml']),
      'mappings/endpoint.yaml',
      ...beside,
      `mappings/examples/${name}`,
    ];
    assert.is(check(terminal, { mappings }), 0, name);
    assert.is(terminal.printed().err, '', name);
  }
});

test.run();
