import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FhirResource } from '../../engine/fhir/resource.ts';
import {
  elementOf,
  IDENTIFIER,
  type MadeUpCase,
  madeUp,
  patient,
  rowsOf,
  storedPatient,
} from '../support/made-up.ts';

const test = suite('reference');

const study = (subject: string, more = '') => `resource: ImagingStudy
identity: id
rules:
  id: { to: "ImagingStudy.identifier.where(system = 'urn:dicom:uid').value", tag: StudyInstanceUID }
  status: { to: ImagingStudy.status, const: available }
  note: { to: ImagingStudy.note, tag: StudyDescription, merge: append }
  subject: ${subject}
${more}`;
const FALLBACK = '  unknown: { to: ImagingStudy.subject, const: { display: unknown }, merge: fill }\n';
const ABSENT_WHEN = 'when: |\n  $exists(PatientSex)';

const stored = (content: Readonly<Record<string, unknown>>) =>
  ({
    resourceType: 'ImagingStudy',
    id: 's',
    identifier: [{ system: 'urn:dicom:uid', value: '1.2.3' }],
    status: 'available',
    ...content,
  }) as FhirResource;

async function subject(options: Partial<MadeUpCase> & Pick<MadeUpCase, 'mappings'>): Promise<unknown> {
  const result = await madeUp({ feed: [{}], ...options });
  assert.equal(rowsOf(result), []);
  return elementOf(result, 'subject', 'ImagingStudy');
}

test('a reference finds or makes its target, in whatever order the mappings stand', async () => {
  const mappings = [study('{ to: ImagingStudy.subject, reference: Patient }'), patient('')];
  const name = { reference: 'Patient?identifier=urn:test|P1' };
  assert.equal(await subject({ mappings }), name);
  assert.equal(await subject({ mappings: mappings.toReversed() }), name);
  assert.equal(await subject({ mappings, existing: [storedPatient({})] }), name);
});

test('a reference is absent if its mapping does not apply, or finds nothing and may not create', async () => {
  for (const head of [ABSENT_WHEN, 'create: false']) {
    const mappings = [study('{ to: ImagingStudy.subject, reference: Patient }', FALLBACK), patient('', head)];
    assert.equal(await subject({ mappings }), { display: 'unknown' });
    const existing = [
      stored({ subject: { reference: 'Patient/q' } }),
      storedPatient({ id: 'q', identifier: [{ value: 'x' }] }),
    ];
    assert.equal(await subject({ mappings, existing }), { reference: 'Patient?identifier=|x' });
  }
});

test('a required reference without target fails the entry, for all mappings', async () => {
  for (const head of [ABSENT_WHEN, 'create: false']) {
    const other = patient('', 'name: Other').replaceAll('urn:test', 'urn:other');
    const mappings = [
      other,
      study('{ to: ImagingStudy.subject, reference: Patient, required: true }'),
      patient('', head),
    ];
    const result = await madeUp({ mappings, feed: [{}] });
    assert.equal(rowsOf(result), ['1 mapping.reference ImagingStudy.subject']);
    assert.equal(result.resources, []);
  }
});

test('logical: always type and identifier, and the literal reference when it is known', async () => {
  const logical = { type: 'Patient', identifier: IDENTIFIER };
  const of = (head: string) => [
    study('{ to: ImagingStudy.subject, reference: Patient, logical: true, required: true }'),
    patient('', head),
  ];
  assert.equal(await subject({ mappings: of('') }), {
    reference: 'Patient?identifier=urn:test|P1',
    ...logical,
  });
  assert.equal(await subject({ mappings: of('create: false') }), logical);
  assert.equal(await subject({ mappings: of('create: false'), existing: [storedPatient({})] }), {
    reference: 'Patient?identifier=urn:test|P1',
    ...logical,
  });
});

test('the same target is no change and keeps its display; another target takes the display away', async () => {
  const mappings = [study('{ to: ImagingStudy.subject, reference: Patient }'), patient('')];
  const existing = [storedPatient({}), stored({ subject: { reference: 'Patient/p', display: 'Jane' } })];
  const same = await madeUp({ mappings, existing, feed: [{}] });
  assert.equal(same.sent, []);
  assert.equal(await subject({ mappings, existing, feed: [{ PatientID: 'P2' }] }), {
    reference: 'Patient?identifier=urn:test|P2',
  });
});

test('references in a list are appended once, beside those of others, with their display', async () => {
  const of = (type: string) => `resource: ${type}
identity: id
rules:
  id: { to: "${type}.identifier.where(system = 'urn:d').value", tag: DeviceSerialNumber }
`;
  const mapping = study(
    '{ to: ImagingStudy.subject, const: { display: x } }',
    `  interpreter: { to: ImagingStudy.basedOn, const: [{ display: order }], merge: append }
lists:
  series:
    to: ImagingStudy.series
    key: { uid: SeriesInstanceUID }
    rules:
      modality: { to: modality, tag: Modality, system: "urn:m" }
      performer: { to: "performer.where(function.text = 'machine').actor", reference: Device }
      specimen: { to: specimen, reference: Specimen, merge: append }
`,
  );
  const existing = [
    { resourceType: 'Specimen', id: 'd', identifier: [{ system: 'urn:d', value: 'D1' }] } as FhirResource,
    stored({
      subject: { display: 'x' },
      series: [
        {
          uid: '1.2.3.1',
          modality: { code: 'CT' },
          specimen: [{ display: 'y' }, { reference: 'Specimen/d', display: 'D' }],
        },
      ],
    }),
  ];
  const feed = [
    { DeviceSerialNumber: 'D1' },
    { DeviceSerialNumber: 'D2' },
    { DeviceSerialNumber: 'D2', SOPInstanceUID: '1.2.3.1.2' },
  ];
  const result = await madeUp({ mappings: [mapping, of('Device'), of('Specimen')], existing, feed });
  const [one, two] = ['Specimen?identifier=urn:d|D1', 'Specimen?identifier=urn:d|D2'];
  assert.equal(elementOf(result, 'series', 'ImagingStudy'), [
    {
      uid: '1.2.3.1',
      modality: { system: 'urn:m', code: 'CT' },
      specimen: [{ display: 'y' }, { reference: one, display: 'D' }, { reference: two }],
      performer: [{ function: { text: 'machine' }, actor: { reference: 'Device?identifier=urn:d|D2' } }],
    },
  ]);
});

test('no item is made for a reference that is absent', async () => {
  const mapping = study(
    '{ to: "ImagingStudy.subject", const: { display: x } }',
    '  by: { to: ImagingStudy.interpreter, reference: Practitioner, merge: append }\n',
  );
  const practitioner = patient('', ABSENT_WHEN)
    .replaceAll('Patient.', 'Practitioner.')
    .replace('resource: Patient', 'resource: Practitioner');
  const run = async (words: Readonly<Record<string, string>>) =>
    elementOf(
      await madeUp({ mappings: [mapping, practitioner], feed: [words] }),
      'interpreter',
      'ImagingStudy',
    );
  assert.equal(await run({ PatientSex: 'F' }), [{ reference: 'Practitioner?identifier=urn:test|P1' }]);
  assert.is(await run({}), undefined);
});

test.run();
