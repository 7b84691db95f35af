import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FhirResource } from '../../engine/fhir/resource.ts';
import type { EntryWords } from '../support/entries.ts';
import { type MadeUpCase, madeUp, rowsOf } from '../support/made-up.ts';

const test = suite('forEach');

/** An Observation for each requested step of an instance; `head` stands above the rules, `rules` below. */
const steps = (rules = '', head = '') => `resource: Observation
name: Steps
when: |
  $exists(RequestAttributesSequence)
forEach: |
  RequestAttributesSequence
identity: step
instanceRule: instance
${head}
rules:
  step:
    to: Observation.identifier.where(system = 'urn:test:step').value
    value: |
      $item.ScheduledProcedureStepID
  instance: { to: "Observation.identifier.where(system = 'urn:test:instance').value", tag: SOPInstanceUID }
  status: { to: Observation.status, const: final }
  code: { to: Observation.code, const: { text: step } }
  note:
    to: Observation.value.ofType(string)
    value: |
      $item.ScheduledProcedureStepDescription
${rules}`;
const DELETES = 'onDelete: delete';
const OWNED = `${DELETES}\nowned: meta.source.exists().not()`;

/** An instance with steps: `a` or `a=text`. */
function instance(uid: string, ...items: readonly string[]): EntryWords {
  const sequence = items.map((item) => {
    const [id, text] = item.split('=');
    return { ScheduledProcedureStepID: id, ScheduledProcedureStepDescription: text ?? null };
  });
  return { SOPInstanceUID: `1.2.3.1.${uid}`, RequestAttributesSequence: sequence };
}
const removed = (uid: string): EntryWords => ({ action: 'delete', SOPInstanceUID: `1.2.3.1.${uid}` });

const stored = (id: string, step: string, uid: string, content = {}) =>
  ({
    resourceType: 'Observation',
    id,
    identifier: [
      { system: 'urn:test:step', value: step },
      { system: 'urn:test:instance', value: `1.2.3.1.${uid}` },
    ],
    status: 'final',
    code: { text: 'step' },
    ...content,
  }) as FhirResource;

/** `step@instance text` of each Observation. */
function shown(resources: readonly FhirResource[]): readonly string[] {
  return resources
    .filter(({ resourceType }) => resourceType === 'Observation')
    .map(({ identifier, valueString }) => {
      const of = (kind: string) =>
        (identifier as { system: string; value: string }[]).find(
          ({ system }) => system === `urn:test:${kind}`,
        )?.value;
      return `${of('step')}@${of('instance')?.split('.').at(-1)} ${String(valueString ?? '')}`.trim();
    })
    .sort();
}

/** The same in one page and in pages of one; then the feed again sends nothing. */
async function run(setup: Omit<MadeUpCase, 'mappings'> & { readonly mappings?: readonly string[] }) {
  const mappings = setup.mappings ?? [steps('', DELETES)];
  const whole = await madeUp({ ...setup, mappings });
  for (const pageSize of [1, 2]) {
    const cut = await madeUp({ ...setup, mappings, pageSize });
    assert.equal(cut.resources, whole.resources, `pages of ${pageSize}`);
    assert.equal(rowsOf(cut), rowsOf(whole), `rows in pages of ${pageSize}`);
  }
  return whole;
}

test('a resource for each item, with the values of the item', async () => {
  const result = await run({ feed: [instance('1', 'a=first', 'b'), instance('2')] });
  assert.equal(result.resources, [
    {
      resourceType: 'Observation',
      identifier: [
        { system: 'urn:test:step', value: 'a' },
        { system: 'urn:test:instance', value: '1.2.3.1.1' },
      ],
      status: 'final',
      code: { text: 'step' },
      valueString: 'first',
    },
    {
      resourceType: 'Observation',
      identifier: [
        { system: 'urn:test:step', value: 'b' },
        { system: 'urn:test:instance', value: '1.2.3.1.1' },
      ],
      status: 'final',
      code: { text: 'step' },
    },
  ]);
});

test('a later entry of the instance replaces the set: the same identity is updated, what is missing goes', async () => {
  const result = await run({ feed: [instance('1', 'a=old', 'b=old', 'c'), instance('1', 'b', 'd=new')] });
  assert.equal(shown(result.resources), ['b@1', 'd@1 new']);
});

test('what is stored already is found by the instance; others are left alone', async () => {
  const existing = [
    stored('a', 'a', '1', { valueString: 'kept by others', note: [{ text: 'seen' }] }),
    stored('b', 'b', '1'),
    stored('c', 'c', '2'),
    // Made from the same instance by something else: no identity of this mapping.
    {
      ...stored('d', 'd', '1'),
      identifier: [{ system: 'urn:test:instance', value: '1.2.3.1.1' }],
    } as FhirResource,
  ];
  const result = await run({ existing, feed: [instance('1', 'a', 'x')] });
  assert.equal(shown(result.resources), ['a@1', 'c@2', 'undefined@1', 'x@1']);
  assert.equal(
    result.sent.flatMap(({ entry }) => entry.map(({ request: { method, url } }) => `${method} ${url}`)),
    ['DELETE Observation/b', 'PUT Observation/a', 'POST Observation'],
  );
  const updated = result.resources.find(({ note }) => note !== undefined);
  assert.equal(updated?.['note'], [{ text: 'seen' }]);
});

test('the same entries again send nothing', async () => {
  const feed = [instance('1', 'a=x', 'b'), instance('2', 'c')];
  const existing = [
    stored('a', 'a', '1', { valueString: 'x' }),
    stored('b', 'b', '1'),
    stored('c', 'c', '2'),
  ];
  assert.equal((await run({ existing, feed })).sent, []);
});

test('an instance whose items are all gone deletes its set; one to which the mapping does not apply does not', async () => {
  const mapping = steps('', DELETES).replace(/when: \|\n.*\n/, '');
  const existing = [stored('a', 'a', '1')];
  assert.equal((await run({ mappings: [mapping], existing, feed: [instance('1')] })).resources, []);
  assert.equal(shown((await run({ existing, feed: [instance('1')] })).resources), ['a@1']);
});

test('a delete entry deletes the set, and only that; without onDelete it leaves it alone', async () => {
  const feed = [instance('1', 'a', 'b'), instance('2', 'c'), removed('1')];
  assert.equal(shown((await run({ feed })).resources), ['c@2']);
  assert.equal(shown((await run({ mappings: [steps()], feed })).resources), ['a@1', 'b@1', 'c@2']);
});

test('what was deleted and made again is built fresh', async () => {
  const existing = [stored('a', 'a', '1', { note: [{ text: 'old' }] })];
  const result = await run({ existing, feed: [removed('1'), instance('1', 'a=new')] });
  assert.equal(shown(result.resources), ['a@1 new']);
  assert.is(result.resources[0]?.['note'], undefined);
});

test('what is not owned stays, also when its item or its instance is gone', async () => {
  const existing = [stored('a', 'a', '1', { meta: { source: 'urn:others' } }), stored('b', 'b', '1')];
  const mappings = [steps('', OWNED)];
  for (const entry of [instance('1', 'c'), removed('1')]) {
    const { resources } = await run({ mappings, existing, feed: [entry] });
    assert.equal(shown(resources), entry['action'] === 'delete' ? ['a@1'] : ['a@1', 'c@1']);
  }
});

test('of two items with one identity the first counts, and there is a row', async () => {
  const feed = [instance('1', 'a=first', 'a=second', 'b', 'b', 'b')];
  const result = await run({ feed });
  assert.equal(shown(result.resources), ['a@1 first', 'b@1']);
  assert.equal(
    result.rows.map(({ kind, code, rule, message }) => [kind, code, rule, message]),
    [
      [
        'InvalidDicomTag',
        'mapping.duplicate-item',
        'Steps.step',
        '3 items were left out: an item before has the same identity',
      ],
    ],
  );
});

test('an item of a later instance goes from one set to the other', async () => {
  const feed = [instance('1', 'a', 'b'), instance('2', 'b=later'), removed('1')];
  assert.equal(shown((await run({ feed })).resources), ['b@2 later']);
  const back = [instance('1', 'a'), instance('2', 'a'), removed('2')];
  assert.equal((await run({ feed: back })).resources, []);
});

test('an item without an identity fails the entry, for all mappings', async () => {
  const feed = [instance('1', 'a', '=no identity')];
  const result = await run({ feed });
  assert.equal([rowsOf(result), result.resources], [['1 dicom.missing-tag Steps.step'], []]);
});

test('what an item lacks is cleared; $index, %index and %item are known', async () => {
  const mapping = steps(
    `  place: { to: "Observation.method.coding.where(code = %item.ScheduledProcedureStepID).display", value: "'place ' & $index" }
  device: { to: Observation.device.display, tag: Modality, prefix: "%index" }
`,
    DELETES,
  );
  const existing = [stored('a', 'a', '1', { valueString: 'old' })];
  const result = await run({ mappings: [mapping], existing, feed: [instance('1', 'b', 'a')] });
  assert.equal(shown(result.resources), ['a@1', 'b@1']);
  assert.equal(
    result.resources.map(({ method, device }) => [method, device]),
    [
      [{ coding: [{ code: 'a', display: 'place 1' }] }, { display: '1CT' }],
      [{ coding: [{ code: 'b', display: 'place 0' }] }, { display: '0CT' }],
    ],
  );
});

test('an item refers to what other mappings make', async () => {
  const patient = `resource: Patient
identity: id
rules:
  id: { to: "Patient.identifier.where(system = 'urn:p').value", tag: PatientID }
`;
  const mapping = steps(
    '  subject: { to: Observation.subject, reference: Patient, required: true }\n',
    DELETES,
  );
  const result = await run({ mappings: [patient, mapping], feed: [instance('1', 'a', 'b'), removed('1')] });
  assert.equal(
    result.resources.map(({ resourceType }) => resourceType),
    ['Patient'],
  );
  const { resources } = await run({ mappings: [patient, mapping], feed: [instance('1', 'a', 'b')] });
  assert.equal(
    resources.map(({ subject }) => subject),
    [{ reference: 'Patient?identifier=urn:p|P1' }, { reference: 'Patient?identifier=urn:p|P1' }, undefined],
  );
});

test('create: false writes and deletes nothing', async () => {
  const existing = [stored('a', 'a', '1')];
  const mappings = [steps('', `${DELETES}\ncreate: false`)];
  for (const entry of [instance('1', 'b'), removed('1')])
    assert.equal((await run({ mappings, existing, feed: [entry] })).sent, []);
});

test('a single item, which JSONata does not give as a list, and texts', async () => {
  const mapping = steps('', DELETES)
    .replace(
      '  RequestAttributesSequence\nidentity',
      '  RequestAttributesSequence.ScheduledProcedureStepID\nidentity',
    )
    .replaceAll('$item.ScheduledProcedureStepID', '$item')
    .replace('$item.ScheduledProcedureStepDescription', '"n " & $item');
  for (const items of [['a'], ['a', 'b']]) {
    const { resources } = await run({ mappings: [mapping], feed: [instance('1', ...items)] });
    assert.equal(
      shown(resources),
      items.map((item) => `${item}@1 n ${item}`),
    );
  }
});

test.run();
