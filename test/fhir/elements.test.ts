/** What R4 says about the elements of resources, data types and backbone elements. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { child, childrenOf, choiceOf, isResourceType, resourceTypes } from '../../engine/fhir/elements.ts';

const test = suite('fhir/elements');

test('resource types are those that can exist', () => {
  assert.is(resourceTypes().length, 146);
  for (const name of ['Patient', 'ImagingStudy', 'Binary']) assert.ok(isResourceType(name), name);
  for (const name of ['Resource', 'DomainResource', 'HumanName', 'patient', 'Project', 'constructor', '']) {
    assert.not.ok(isResourceType(name), name);
  }
});

test('children are in the order of R4, inherited ones first', () => {
  assert.equal(
    [...(childrenOf('Patient')?.keys() ?? [])].join(' '),
    'id meta implicitRules language text contained extension modifierExtension identifier active name telecom gender ' +
      'birthDate deceasedBoolean deceasedDateTime address maritalStatus multipleBirthBoolean multipleBirthInteger ' +
      'photo contact communication generalPractitioner managingOrganization link',
  );
  assert.equal([...(childrenOf('Period')?.keys() ?? [])], ['id', 'extension', 'start', 'end']);
  assert.equal(
    [...(childrenOf('ImagingStudy.series.instance')?.keys() ?? [])].join(' '),
    'id extension modifierExtension uid sopClass number title',
  );
});

test('an element tells type, cardinality, codes and targets', () => {
  assert.equal(child('ImagingStudy', 'status'), {
    name: 'status',
    type: 'code',
    min: 1,
    list: false,
    codes: ['available', 'cancelled', 'entered-in-error', 'registered', 'unknown'],
  });
  assert.equal(child('ImagingStudy', 'subject'), {
    name: 'subject',
    type: 'Reference',
    min: 1,
    list: false,
    targets: ['Device', 'Group', 'Patient'],
  });
  assert.equal(child('ImagingStudy', 'series'), {
    name: 'series',
    type: 'ImagingStudy.series',
    min: 0,
    list: true,
  });
  assert.equal(child('Patient', 'id'), { name: 'id', type: 'id', min: 0, list: false });
  assert.equal(child('Extension', 'url'), { name: 'url', type: 'uri', min: 1, list: false });
  assert.is(child('Observation', 'focus')?.targets, undefined);
  assert.is(child('Attachment', 'contentType')?.codes, undefined);
});

test('a data type that specializes another has its children', () => {
  assert.equal(child('Age', 'value'), child('Quantity', 'value'));
  assert.is(child('Dosage', 'modifierExtension')?.list, true);
});

test('a choice is known by its concrete names', () => {
  assert.equal(child('Observation', 'effectiveDateTime'), {
    name: 'effectiveDateTime',
    type: 'dateTime',
    min: 0,
    list: false,
    choice: 'effective',
  });
  assert.equal(
    choiceOf('Observation', 'effective').map(({ name, type }) => `${name} ${type}`),
    [
      'effectiveDateTime dateTime',
      'effectivePeriod Period',
      'effectiveTiming Timing',
      'effectiveInstant instant',
    ],
  );
  assert.is(child('Observation', 'effective'), undefined);
  assert.equal(choiceOf('Observation', 'status'), []);
  assert.is(choiceOf('Extension', 'value').length, 50);
});

test('content that is defined elsewhere is found there', () => {
  assert.equal(child('Bundle.entry', 'link'), { name: 'link', type: 'Bundle.link', min: 0, list: true });
  assert.is(childrenOf('Bundle.entry.link'), childrenOf('Bundle.link'));
  assert.is(childrenOf('Questionnaire.item.item.item'), childrenOf('Questionnaire.item'));
  assert.is(child('Questionnaire.item.item.item.answerOption', 'valueCoding')?.choice, 'value');
  assert.is(childrenOf('Patient.name'), childrenOf('HumanName'));
});

test('what R4 does not have is undefined', () => {
  for (const type of [
    'string',
    'Nobody',
    'Patient.nobody',
    'Patient.birthDate',
    'Patient.name.family',
    '.',
  ]) {
    assert.is(childrenOf(type), undefined, type);
  }
  // Elements that the source package of the table has from its makers or from R5 in later versions.
  for (const [type, name] of [
    ['Meta', 'project'],
    ['Binary', 'url'],
    ['ResearchStudy', 'recruitment'],
  ] as const) {
    assert.is(child(type, name), undefined, `${type}.${name}`);
  }
});

test('every type that an element names has children or is primitive', () => {
  const open = new Set<string>(resourceTypes());
  const primitives = new Set<string>();
  for (const type of open) {
    for (const element of childrenOf(type)?.values() ?? []) {
      if (childrenOf(element.type)) open.add(element.type);
      else primitives.add(element.type);
    }
  }
  assert.equal(
    [...primitives].sort().join(' '),
    'base64Binary boolean canonical code date dateTime decimal id instant integer markdown oid positiveInt string time ' +
      'unsignedInt uri url uuid xhtml',
  );
});

test.run();
