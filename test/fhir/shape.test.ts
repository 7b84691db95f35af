/** R4's shape: literal resources, whole ones and ones with a single fault, and what the check says. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileShape } from '../../engine/fhir/shape.ts';

const test = suite('fhir/shape');

type Json = Record<string, unknown>;

const raw = (text: string) => (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);
const EXTENSION = [{ url: 'http://a.example/x', valueString: 'a' }];

const PATIENT: Json = {
  resourceType: 'Patient',
  id: 'a1',
  meta: { versionId: '1', lastUpdated: '2024-02-29T10:00:00Z', source: 'https://dicom.example#1' },
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">a</div>' },
  contained: [{ resourceType: 'Organization', id: 'o', anything: 1 }],
  extension: EXTENSION,
  identifier: [{ use: 'usual', system: 'urn:oid:1.2', value: '1', assigner: { reference: '#o' } }],
  name: [
    { use: 'usual', family: 'A', given: ['B', null], _given: [null, { extension: EXTENSION }] },
    { _text: { id: 'x' } },
  ],
  gender: 'female',
  birthDate: '1905-08-23',
  _birthDate: { extension: [{ url: 'http://a.example/t', valueDateTime: '1905-08-23T10:00:00Z' }] },
  deceasedBoolean: false,
  _deceasedBoolean: { extension: EXTENSION },
  contact: [{ name: { family: 'B' } }],
};
const STUDY: Json = {
  resourceType: 'ImagingStudy',
  status: 'available',
  subject: { reference: 'Patient/a1' },
  started: '2024-02-29',
  numberOfSeries: 1,
  series: [
    {
      uid: '1.2.3',
      number: 1,
      modality: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT' },
      instance: [{ uid: '1.2.3.4', sopClass: { system: 'urn:ietf:rfc:3986', code: 'urn:oid:1.2' } }],
    },
  ],
};
const OBSERVATION: Json = {
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '73569-6' }] },
  effectiveDateTime: '2024-02-29T10:00:00+01:00',
  valueQuantity: { value: raw('1.50'), unit: 'mGy' },
  component: [{ code: { text: 'a' }, valueInteger: 3 }],
};
const ENDPOINT: Json = {
  resourceType: 'Endpoint',
  status: 'active',
  connectionType: { system: 'http://a.example', code: 'dicom-wado-rs' },
  payloadType: [{ text: 'DICOM' }],
  address: 'https://dicom.example.org',
};
const QUESTIONNAIRE: Json = {
  resourceType: 'Questionnaire',
  status: 'active',
  item: [
    {
      linkId: '1',
      type: 'group',
      item: [{ linkId: '2', type: 'group', item: [{ linkId: '3', type: 'date' }] }],
    },
  ],
};
const BUNDLE: Json = {
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    {
      link: [{ relation: 'self', url: 'a' }],
      resource: PATIENT,
      request: { method: 'POST', url: 'Patient' },
    },
  ],
};

for (const resource of [PATIENT, STUDY, OBSERVATION, ENDPOINT, QUESTIONNAIRE, BUNDLE]) {
  test(`a whole ${resource['resourceType']}`, () => {
    assert.equal(compileShape(String(resource['resourceType']))(resource), []);
    assert.equal(compileShape('Resource')(resource), []);
  });
}

/** The faults as `path rule`. */
function faults(type: string, value: unknown): readonly string[] {
  return compileShape(type)(value).map(({ path, rule }) => `${path} ${rule}`);
}

const CASES: readonly (readonly [string, Json, Json, ...string[]])[] = [
  ['an unknown element', PATIENT, { nick: 'A' }, 'Patient.nick unknown-element'],
  ['comments of DSTU2', PATIENT, { fhir_comments: ['a'] }, 'Patient.fhir_comments unknown-element'],
  ['_name of an object', PATIENT, { _name: [{ id: 'a' }] }, 'Patient._name unknown-element'],
  ['a key that is no name', PATIENT, { 'DOE JOHN': 1 }, 'Patient.? unknown-element'],
  ['a list for a single value', PATIENT, { gender: ['female'] }, 'Patient.gender cardinality'],
  ['a single value for a list', PATIENT, { name: { family: 'A' } }, 'Patient.name cardinality'],
  ['an empty list', PATIENT, { name: [] }, 'Patient.name empty'],
  ['an empty object', PATIENT, { name: [{}] }, 'Patient.name[0] empty'],
  ['an empty string', PATIENT, { name: [{ family: '' }] }, 'Patient.name[0].family empty'],
  ['a null', PATIENT, { gender: null }, 'Patient.gender empty'],
  ['a null object', PATIENT, { maritalStatus: null }, 'Patient.maritalStatus empty'],
  ['a null in a list', PATIENT, { name: [{ given: ['A', null] }] }, 'Patient.name[0].given[1] empty'],
  [
    'a null beside nothing',
    PATIENT,
    { name: [{ given: [null, 'A'], _given: [null, { id: 'a' }] }] },
    'Patient.name[0].given[0] empty',
  ],
  ['only nulls', PATIENT, { name: [{ _given: [null] }] }, 'Patient.name[0]._given empty'],
  ['a string for a boolean', PATIENT, { active: 'true' }, 'Patient.active type'],
  ['a string for an object', PATIENT, { maritalStatus: 'M' }, 'Patient.maritalStatus type'],
  ['an object for a string', PATIENT, { birthDate: { value: 'a' } }, 'Patient.birthDate type'],
  ['no day of the calendar', PATIENT, { birthDate: '1905-02-29' }, 'Patient.birthDate value'],
  ['a code out of its set', PATIENT, { gender: 'F' }, 'Patient.gender code'],
  ['a code in a data type', PATIENT, { name: [{ use: 'main', family: 'A' }] }, 'Patient.name[0].use code'],
  ['two of one choice', PATIENT, { deceasedDateTime: '1999' }, 'Patient.deceasedDateTime cardinality'],
  ['a type that a choice lacks', PATIENT, { deceasedString: 'a' }, 'Patient.deceasedString unknown-element'],
  [
    'an unknown contained resource',
    PATIENT,
    { contained: [{ resourceType: 'X' }] },
    'Patient.contained[0].resourceType type',
  ],
  [
    'an extension without url',
    PATIENT,
    { extension: [{ valueString: 'a' }] },
    'Patient.extension[0].url required',
  ],
  [
    'a nested extension',
    PATIENT,
    { extension: [{ url: 'a', extension: [{ url: 1 }] }] },
    'Patient.extension[0].extension[0].url type',
  ],
  ['a narrative without div', PATIENT, { text: { status: 'empty' } }, 'Patient.text.div required'],
  [
    'an extension of a primitive',
    PATIENT,
    { _gender: { value: 'a' } },
    'Patient._gender.value unknown-element',
  ],
  ['another resource type', PATIENT, { resourceType: 'Person' }, 'Patient.resourceType type'],
  ['no status', STUDY, { status: undefined }, 'ImagingStudy.status required'],
  ['a status by extension', STUDY, { status: undefined, _status: { extension: EXTENSION } }],
  [
    'nothing required',
    STUDY,
    { status: undefined, subject: undefined },
    'ImagingStudy.status required',
    'ImagingStudy.subject required',
  ],
  ['a count below zero', STUDY, { numberOfSeries: -1 }, 'ImagingStudy.numberOfSeries value'],
  ['a count with digits kept', STUDY, { numberOfSeries: raw('1.0') }, 'ImagingStudy.numberOfSeries value'],
  [
    'a series without uid',
    STUDY,
    { series: [{ modality: { code: 'CT' } }] },
    'ImagingStudy.series[0].uid required',
  ],
  [
    'an instance',
    STUDY,
    { series: [{ uid: '1', modality: { code: 'CT' }, instance: [{ uid: '1 2', sopClass: {}, no: 1 }] }] },
    'ImagingStudy.series[0].instance[0].uid value',
    'ImagingStudy.series[0].instance[0].sopClass empty',
    'ImagingStudy.series[0].instance[0].no unknown-element',
  ],
  [
    'a decimal as text',
    OBSERVATION,
    { valueQuantity: { value: '1.5' } },
    'Observation.valueQuantity.value type',
  ],
  ['the choice without type', OBSERVATION, { effective: '2024' }, 'Observation.effective unknown-element'],
  [
    'another type of the choice',
    OBSERVATION,
    { effectiveDateTime: undefined, effectivePeriod: { start: '2024' } },
  ],
  ['two values', OBSERVATION, { valueString: 'a' }, 'Observation.valueString cardinality'],
  [
    'content that is defined elsewhere',
    OBSERVATION,
    { component: [{ code: { text: 'a' }, referenceRange: [{ low: { value: true } }] }] },
    'Observation.component[0].referenceRange[0].low.value type',
  ],
  ['an empty required list', ENDPOINT, { payloadType: [] }, 'Endpoint.payloadType empty'],
  ['no required list', ENDPOINT, { payloadType: undefined }, 'Endpoint.payloadType required'],
  ['a space in an address', ENDPOINT, { address: 'https://a b' }, 'Endpoint.address value'],
  [
    'an item in an item',
    QUESTIONNAIRE,
    { item: [{ linkId: '1', type: 'group', item: [{ type: 'x' }] }] },
    'Questionnaire.item[0].item[0].type code',
    'Questionnaire.item[0].item[0].linkId required',
  ],
  [
    'a resource in a bundle',
    BUNDLE,
    { entry: [{ resource: { resourceType: 'Patient', gender: 'F' } }, { resource: { resourceType: 'X' } }] },
    'Bundle.entry[0].resource.gender code',
    'Bundle.entry[1].resource.resourceType type',
  ],
];

for (const [title, resource, change, ...expected] of CASES) {
  test(`${title} in ${resource['resourceType']}`, () => {
    assert.equal(faults(String(resource['resourceType']), { ...resource, ...change }), expected);
  });
}

test('data types, primitives and backbone elements have a shape of their own', () => {
  assert.equal(faults('HumanName', { family: 'A', use: 'x' }), ['HumanName.use code']);
  assert.equal(faults('date', '1970-01-32'), ['date value']);
  assert.equal(faults('Reference', { reference: 'Patient/1', identifier: { assigner: { display: 5 } } }), [
    'Reference.identifier.assigner.display type',
  ]);
  assert.equal(faults('ImagingStudy.series.instance', { uid: '1' }), [
    'ImagingStudy.series.instance.sopClass required',
  ]);
  assert.throws(() => compileShape('HumanNames'), /HumanNames is no type of R4/);
});

test('what is no object at all', () => {
  for (const value of ['a', 5, [], undefined]) assert.equal(faults('HumanName', value), ['HumanName type']);
  assert.equal(faults('HumanName', null), ['HumanName empty']);
  assert.equal(faults('Resource', null), ['Resource.resourceType type']);
});

test('messages hold no values', () => {
  const value = {
    resourceType: 'Patient',
    gender: 'DOE',
    birthDate: 'DOE',
    active: 'DOE',
    id: 'DOE!',
    name: ['DOE'],
    'DOE?': 1,
  };
  const issues = compileShape('Patient')(value);
  assert.is(issues.length, 6);
  assert.not.match(JSON.stringify(issues), 'DOE');
});

test('a check stops after twenty issues, or as many as wanted', () => {
  const given = Array.from({ length: 1000 }, () => '');
  assert.is(compileShape('HumanName')({ given }).length, 20);
  assert.is(compileShape('HumanName', { issues: 3 })({ given, family: '' }).length, 3);
});

test('nesting is bounded', () => {
  let extension: Json = { url: 'a', valueString: 'a' };
  for (let level = 0; level < 5000; level++) extension = { url: 'a', extension: [extension] };
  const issues = compileShape('Extension', { depth: 3 })(extension);
  assert.equal(issues, [
    {
      path: 'Extension.extension[0].extension[0].extension[0]',
      rule: 'value',
      message: 'is nested too deeply',
    },
  ]);
  assert.is(compileShape('Extension')(extension).length, 1);
});

test.run();
