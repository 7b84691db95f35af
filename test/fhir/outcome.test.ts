/** What gets out of an OperationOutcome: codes and element paths, no texts. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { outcomeCodes, outcomeExpressions } from '../../engine/fhir/outcome.ts';

const test = suite('fhir/outcome');

const OUTCOME = {
  resourceType: 'OperationOutcome',
  issue: [
    {
      severity: 'error',
      code: 'duplicate',
      diagnostics: 'Patient DOE^JOHN exists',
      details: { coding: [{ system: 'urn:x', code: 'MSG_DUPLICATE_ID' }], text: 'DOE^JOHN' },
      expression: ['Patient.name[0].family', 'DOE'],
    },
    { severity: 'warning', code: 'invalid', details: { coding: [{ code: 'value DOE^JOHN is wrong' }] } },
    { severity: 'warning', code: 'invalid', location: ['Patient.birthDate'] },
    { severity: 'ERROR DOE', code: 'invalid' },
    { severity: 'error', code: 'two words' },
    null,
  ],
};

test('severity, code and a plain code of the details, each once', () => {
  assert.equal(outcomeCodes(OUTCOME), ['error/duplicate/MSG_DUPLICATE_ID', 'warning/invalid']);
});

test('outcomes in the entries of a bundle', () => {
  const bundle = {
    resourceType: 'Bundle',
    entry: [
      { response: { status: '400', outcome: OUTCOME } },
      { resource: { resourceType: 'OperationOutcome', issue: [{ severity: 'fatal', code: 'exception' }] } },
      { resource: { resourceType: 'Patient', issue: [{ severity: 'fatal', code: 'security' }] } },
      'entry',
    ],
  };
  assert.equal(outcomeCodes(bundle), [
    'error/duplicate/MSG_DUPLICATE_ID',
    'warning/invalid',
    'fatal/exception',
  ]);
  assert.equal(outcomeExpressions(bundle), ['Patient.name[0].family', 'Patient.birthDate']);
});

test('anything else has no codes', () => {
  for (const json of [undefined, null, 'error', 5, [], {}, { resourceType: 'Patient' }, { issue: [{}] }]) {
    assert.equal(outcomeCodes(json), []);
    assert.equal(outcomeExpressions(json), []);
  }
});

test('at most twenty', () => {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const issue = letters.map((letter) => ({
    severity: 'error',
    code: 'processing',
    details: { coding: [{ code: `MSG_${letter}` }] },
  }));
  assert.is(outcomeCodes({ resourceType: 'OperationOutcome', issue }).length, 20);
});

test('a value that a server puts in the place of a code is not told', () => {
  const issue = [
    { severity: 'error', code: 'DOE' },
    { severity: 'error', code: 'value', details: { coding: [{ code: 'DOE' }] } },
  ];
  assert.equal(outcomeCodes({ resourceType: 'OperationOutcome', issue }), ['error/value']);
});

const PATHS = [
  ['Patient.name[0].family', 'Patient.name[0].family'],
  ['Patient.name[0].DOE', 'Patient.name[0]'],
  ['Observation.value[x]', 'Observation.value[x]'],
  ['Observation.value.DOE', 'Observation.value'],
  ['ImagingStudy.series[12].instance[3].uid', 'ImagingStudy.series[12].instance[3].uid'],
  ['Bundle.entry[4].resource.DOE', 'Bundle.entry[4].resource'],
  ['Bundle.entry[4].request.method', 'Bundle.entry[4].request.method'],
] as const;

for (const [text, expected] of PATHS) {
  test(`the path ${text}`, () => {
    const issue = [{ severity: 'error', code: 'invalid', expression: [text] }];
    assert.equal(outcomeExpressions({ resourceType: 'OperationOutcome', issue }), [expected]);
  });
}

test('what is no path stays inside', () => {
  const expression = [
    'DOE.JOHN',
    '/f:Patient/f:name',
    "Patient.name.where(family='DOE')",
    'Line[1] Col[3]',
    5,
    '',
  ];
  const issue = [{ severity: 'error', code: 'invalid', expression }];
  assert.equal(outcomeExpressions({ resourceType: 'OperationOutcome', issue }), []);
});

test.run();
