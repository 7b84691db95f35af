/**
 * What must hold for every case: each promise is broken once, by a mapping that cannot keep it or by a plan that was tampered with,
 * and the case says which.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FhirValue } from '../../engine/fhir/resource.ts';
import type { MappingPlan, Reading, ReadScope, ResourcePlan, RulePlan } from '../../engine/plan.ts';
import { runCase } from '../../engine/testing/run-case.ts';
import { readTestFile } from '../../engine/testing/test-file.ts';
import { planOf } from '../support/engine.ts';

const test = suite('testing/invariants');

const PATIENT = `resource: Patient
identity: id
rules:
  id: { to: "Patient.identifier.where(system = 'urn:p').value", tag: PatientID }
  gender: { to: Patient.gender, tag: PatientSex, codes: { M: male, F: female } }
`;
const STUDY = `resource: ImagingStudy
identity: id
rules:
  id: { to: "ImagingStudy.identifier.where(system = 'urn:dicom:uid').value", tag: StudyInstanceUID }
  status: { to: ImagingStudy.status, const: available }
  subject: { to: ImagingStudy.subject, const: { display: somebody } }
  description: { to: ImagingStudy.description, derive: "series.first().description" }
lists:
  series:
    to: ImagingStudy.series
    key: { uid: SeriesInstanceUID }
    rules:
      modality: { to: modality, tag: Modality, system: "urn:m" }
      description: { to: description, tag: SeriesDescription }
`;
const TWO = '{ instances: [{ PatientID: P1, PatientSex: F }, { PatientID: P1, PatientSex: F }] }';

/** What the case says of promises. */
async function broken(plan: MappingPlan, given: string): Promise<readonly string[]> {
  const text = `cases:\n  a:\n    given: ${given}\n    expect: { absent: [Endpoint] }\n`;
  const { cases, diagnostics } = readTestFile('t.test.yaml', text);
  assert.equal(diagnostics, []);
  const [only] = cases;
  assert.ok(only);
  const read = () => ({ error: 'is not there' });
  const { failures } = await runCase(only, {
    plan,
    diagnostics: [],
    enforceTagValues: false,
    read,
    now: () => 0,
  });
  return failures.map(({ kind, message, hint }) => [kind, message, hint].filter(Boolean).join(': '));
}

/** The plan whose rule for the gender reads otherwise. */
function reading(read: (scope: ReadScope) => FhirValue, others: Partial<ResourcePlan> = {}): MappingPlan {
  const plan = planOf([PATIENT]);
  const tampered = (rule: RulePlan): RulePlan => {
    if (rule.name !== 'gender' || rule.source.kind !== 'tag') return rule;
    const { check: _, ...rest } = rule;
    const source = {
      ...rule.source,
      read: (scope: ReadScope): Reading => ({ state: 'value', value: read(scope) }),
    };
    return { ...rest, source };
  };
  const mappings = plan.mappings.map((mapping) => {
    // What such a rule gives may not be remembered: it is to be asked each time.
    const { reads: _, ...transform } = mapping.transform;
    const rules = transform.rules.map(tampered);
    return { ...mapping, ...others, transform: { ...transform, rules } };
  });
  return { ...plan, mappings };
}

test('nothing is said of mappings that keep them', async () => {
  assert.equal(await broken(planOf([PATIENT]), TWO), []);
});

test('a rule that gives something else in a second run', async () => {
  let calls = 0;
  const plan = reading(() => (++calls > 4 ? 'male' : 'female'));
  assert.equal(await broken(plan, TWO), [
    'invariant: a second run over the same input gives something else',
    'invariant: pages of 1 give something else than one page',
    'invariant: instances that agree, in reverse order and one by one, give something else',
  ]);
});

test('a rule that gives something else over its own result', async () => {
  let calls = 0;
  const plan = reading(() => (++calls === 3 || calls === 4 ? 'male' : 'female'));
  assert.equal(await broken(plan, TWO), [
    'invariant: the same feed again, over its own result, is sent again: update Patient',
  ]);
});

test('a rule that gives something else where entries come one by one', async () => {
  let calls = 0;
  // Two entries in the first run, two over its result, two in the second run: then come the pages.
  const plan = reading(() => (++calls > 6 ? 'male' : 'female'));
  assert.equal(await broken(plan, TWO), [
    'invariant: pages of 1 give something else than one page',
    'invariant: instances that agree, in reverse order and one by one, give something else',
  ]);
});

test('a rule whose result depends on which instance comes first', async () => {
  const given = `
      instances:
        - { SeriesInstanceUID: 1.2.3.1, Modality: CT, SeriesDescription: first }
        - { SeriesInstanceUID: 1.2.3.2, Modality: CT, SeriesDescription: second }`;
  assert.equal(await broken(planOf([STUDY]), given), [
    'invariant: instances that agree, in reverse order and one by one, give something else',
  ]);
  const sorted = STUDY.replace('series.first().description', "series.description.where($this = 'first')");
  assert.equal(await broken(planOf([sorted]), given), []);
});

test('instances that do not agree may come in one order only', async () => {
  assert.equal(await broken(planOf([PATIENT]), TWO.replace('PatientSex: F', 'PatientSex: M')), []);
});

test('a reference that leads nowhere', async () => {
  const mapping = `${PATIENT}  organization: { to: Patient.managingOrganization, const: { reference: Organization/x } }\n`;
  assert.equal(await broken(planOf([mapping]), TWO), [
    'invariant: a reference of the Patient leads nowhere: Organization/x: Where the server has it before, give it under `existing`.',
  ]);
  const existing = TWO.replace('{', '{ existing: [{ resourceType: Organization, id: x, name: X }],');
  assert.equal(await broken(planOf([mapping]), existing), []);
});

test('a result that is no FHIR is refused by the store', async () => {
  const { validation } = planOf([PATIENT]).mappings[0] as ResourcePlan;
  const plan = reading(() => 'womanly', { validation: { ...validation, shape: () => [] } });
  const [said] = await broken(plan, TWO);
  assert.match(
    said ?? '',
    'rows: entry 1 was not stored, and has an error row that is not declared: fhir.refused',
  );
});

test('a rule that changes what it reads', async () => {
  const plan = reading(({ entry }) => {
    (entry.metadata as Record<string, unknown>)['00104000'] = { vr: 'LT', Value: ['was here'] };
    return 'female';
  });
  assert.equal(await broken(plan, TWO), ['invariant: the input was changed by the run']);
});

test('an engine that fails is told of without values', async () => {
  const plan = reading(() => {
    throw new TypeError('P1 is secret');
  });
  const [said, ...more] = await broken(plan, TWO);
  assert.match(said ?? '', /^crash: the engine failed: TypeError at .*invariants\.test\.ts/);
  assert.not.match(said ?? '', 'secret');
  assert.equal(more, []);
});

test.run();
