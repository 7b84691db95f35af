/** Where two results differ: the paths that a person would name, and no more. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FhirResource } from '../../engine/fhir/resource.ts';
import {
  diffResources,
  missingParts,
  type PathDifference,
  pathText,
} from '../../engine/testing/path-diff.ts';

const test = suite('testing/path-diff');

const lines = (differences: readonly PathDifference[]): readonly string[] =>
  differences.map((each) => `${pathText(each)} -${JSON.stringify(each.want)} +${JSON.stringify(each.got)}`);
const diff = (want: readonly object[], got: readonly object[]): readonly string[] =>
  lines(diffResources(want as readonly FhirResource[], got as readonly FhirResource[]));

const person = (value: string, rest: object = {}) => ({
  resourceType: 'Patient',
  identifier: [{ value }],
  ...rest,
});

test('nothing differs, whatever the order of keys', () => {
  assert.equal(
    diff([{ resourceType: 'Basic', a: 1, b: [{ c: 2 }] }], [{ b: [{ c: 2 }], a: 1, resourceType: 'Basic' }]),
    [],
  );
});

test('resources are matched by identifier; one that is missing is one difference', () => {
  assert.equal(
    diff([person('1'), person('2', { gender: 'male' })], [person('2', { gender: 'female' }), person('3')]),
    [
      'Patient(1) -{"resourceType":"Patient","identifier":[{"value":"1"}]} +undefined',
      'Patient(2).gender -"male" +"female"',
      'Patient(3) -undefined +{"resourceType":"Patient","identifier":[{"value":"3"}]}',
    ],
  );
});

test('of the only resource of a type the identifier may differ; without identifiers the place counts', () => {
  assert.equal(diff([person('1')], [person('2')]), ['Patient.identifier[0].value -"1" +"2"']);
  const basic = (a: number) => ({ resourceType: 'Basic', a });
  assert.equal(diff([basic(1), basic(2)], [basic(1), basic(3)]), ['Basic[1].a -2 +3']);
});

test('an item that is missing does not shift the others', () => {
  const study = (...uids: readonly string[]) => ({
    resourceType: 'ImagingStudy',
    series: uids.map((uid) => ({ uid })),
  });
  assert.equal(diff([study('a', 'b', 'c')], [study('a', 'c')]), [
    'ImagingStudy.series[1] -{"uid":"b"} +undefined',
  ]);
  assert.equal(diff([study('a')], [study('b', 'a')]), ['ImagingStudy.series[0] -undefined +{"uid":"b"}']);
});

test('a value of another kind is one difference', () => {
  assert.equal(diff([{ resourceType: 'Basic', a: [1] }], [{ resourceType: 'Basic', a: { b: 1 } }]), [
    'Basic.a -[1] +{"b":1}',
  ]);
});

test('a part is missing where it differs from the nearest item', () => {
  const resource = person('1', {
    name: [{ family: 'A', given: ['X', 'Y'] }, { family: 'B' }],
    gender: 'male',
  });
  const missing = (part: object) =>
    lines(missingParts(part as FhirResource, resource as FhirResource, 'Patient'));
  assert.equal(missing({ name: [{ given: ['Y'] }, { family: 'B' }] }), []);
  assert.equal(missing({ name: [{ family: 'A', given: ['Z'] }] }), ['Patient.name[0].given[0] -"Z" +"X"']);
  assert.equal(missing({ telecom: [{ value: '1' }] }), ['Patient.telecom -[{"value":"1"}] +undefined']);
});

test.run();
