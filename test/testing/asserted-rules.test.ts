/** Which rules cases speak of: what a case expects comes in, the rules come out. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { assertedRules, type SpokenOf } from '../../engine/testing/asserted-rules.ts';
import { planOf } from '../support/engine.ts';

const test = suite('asserted rules');

const PLAN = planOf([
  `resource: Patient
settings:
  system: { type: string, default: "urn:site", description: x }
identity: identifier
rules:
  identifier:
    to: Patient.identifier.where(system = %settings.system).value
    tag: PatientID
  other:
    to: Patient.identifier.where(system = 'urn:other').value
    tag: IssuerOfPatientID
  name:
    to: Patient.name.where(use = 'usual')
    tag: PatientName
  phone:
    to: Patient.contact.where(telecom.system = 'phone').relationship.where(text = 'x').text
    tag: PatientComments
  died:
    to: Patient.deceased.ofType(boolean)
    const: false
`,
  `resource: ImagingStudy
identity: identifier
rules:
  identifier: { to: ImagingStudy.identifier.where(system = 'urn:dicom:uid').value, tag: StudyInstanceUID }
  status: { to: ImagingStudy.status, const: available }
  subject: { to: ImagingStudy.subject, reference: Patient }
lists:
  series:
    to: ImagingStudy.series
    key: { uid: SeriesInstanceUID }
    rules:
      modality: { to: modality, tag: Modality, system: "urn:x" }
      number: { to: number, tag: SeriesNumber }
`,
]);

/** `rule, rule` of one case. */
function spoken(expect: Omit<SpokenOf, 'name'>): string {
  const rules = assertedRules(PLAN, [{ name: 'it', ...expect }]);
  return [...rules].flatMap(([rule, cases]) => (cases.length > 0 ? [rule] : [])).join(', ');
}

test('nothing said, nothing spoken of', () => {
  assert.is(spoken({}), '');
  assert.is(spoken({ absent: ['Patient', 'Endpoint'] }), '');
});

test('a part of a resource', () => {
  assert.is(spoken({ contains: { Patient: { name: [{ family: 'DOE' }] } } }), 'Patient.name');
  assert.is(spoken({ contains: { Patient: { name: [{ use: 'official' }] } } }), '');
  assert.is(spoken({ contains: { Patient: { deceasedBoolean: false } } }), 'Patient.died');
  assert.is(
    spoken({ contains: { ImagingStudy: [{ series: [{ uid: '1' }, { number: 2 }] }] } }),
    'ImagingStudy.series.uid, ImagingStudy.series.number',
  );
});

test('items are told apart by what they say, and by nothing that they do not say', () => {
  assert.is(
    spoken({ contains: { Patient: { identifier: [{ system: 'urn:site', value: '1' }] } } }),
    'Patient.identifier',
  );
  assert.is(
    spoken({ contains: { Patient: { identifier: [{ system: 'urn:other', value: '1' }] } } }),
    'Patient.other',
  );
  assert.is(
    spoken({ contains: { Patient: { identifier: [{ value: '1' }] } } }),
    'Patient.identifier, Patient.other',
  );
  const phone = { telecom: [{ system: 'phone' }], relationship: [{ text: 'x' }] };
  const email = { telecom: [{ system: 'email' }], relationship: [{ text: 'x' }] };
  assert.is(spoken({ contains: { Patient: { contact: [phone] } } }), 'Patient.phone');
  assert.is(spoken({ contains: { Patient: { contact: [email] } } }), '');
});

test('absent elements, paths, rows and golden files', () => {
  assert.is(spoken({ absent: ['Patient.name'] }), 'Patient.name');
  assert.is(spoken({ absent: ['Patient.name.family'] }), 'Patient.name');
  assert.is(spoken({ absent: ['Patient.names'] }), '');
  assert.is(spoken({ absent: ['Patient.deceased'] }), 'Patient.died');
  assert.is(
    spoken({ absent: ["Patient.identifier.where(system = 'a.b(c')"] }),
    'Patient.identifier, Patient.other',
  );
  assert.is(spoken({ absent: ['ImagingStudy.series[0].number'] }), 'ImagingStudy.series.number');
  assert.is(
    spoken({ fhirpath: { ImagingStudy: ["series.where(uid = '1').number = 1"] } }),
    ['ImagingStudy.series.uid', 'ImagingStudy.series.number'].join(', '),
  );
  assert.is(spoken({ fhirpath: { Patient: ["'name' = 'status'"] } }), '');
  assert.is(spoken({ rows: [{ rule: 'Patient.phone' }, {}] }), 'Patient.phone');
  assert.is(
    spoken({ golden: [{ resourceType: 'ImagingStudy', status: 'available', subject: { reference: 'x' } }] }),
    'ImagingStudy.status, ImagingStudy.subject',
  );
});

test('the case that speaks of the fewest rules stands first', () => {
  const rules = assertedRules(PLAN, [
    { name: 'whole', contains: { Patient: { name: [{}], deceasedBoolean: false } } },
    { name: 'b', absent: ['Patient.name'] },
    { name: 'a', absent: ['Patient.name'] },
  ]);
  assert.equal(rules.get('Patient.name'), ['a', 'b', 'whole']);
  assert.equal(rules.get('Patient.died'), ['whole']);
  assert.equal(rules.get('Patient.phone'), []);
});

test.run();
