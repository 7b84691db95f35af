/**
 * A fold that passes over levels which change nothing gives what the fold gives that applies them all, whatever the history
 * and whatever the server holds before. `SEED=… RUNS=…` repeat a failure or look longer.
 */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { EntryDraft } from '../../engine/apply/draft.ts';
import { createMemo } from '../../engine/apply/memo.ts';
import { createFold, type FoldOptions } from '../../engine/apply/merge.ts';
import { draftEntry } from '../../engine/apply/transform.ts';
import type { CurrentResource } from '../../engine/fhir/resource.ts';
import type { MappingPlan } from '../../engine/plan.ts';
import { planOf } from '../support/engine.ts';
import { type EntryWords, readWords } from '../support/entries.ts';

const test = suite('settled levels');

const PERSON = `resource: Patient
identity: id
rules:
  id: { to: "Patient.identifier.where(system = 'urn:p').value", tag: PatientID }
  name: { to: "Patient.name.where(use = 'usual')", tag: PatientName }
  born: { to: Patient.birthDate, tag: PatientBirthDate, on: create }
`;

/** Every modifier, and two rules that never come to rest: each time the first finds no item, since the second renamed it. */
const STUDY = `resource: ImagingStudy
authority: |
  Modality != "KO"
identity: id
onDelete: removeItem
whenEmpty: delete
rules:
  id: { to: "ImagingStudy.identifier.where(system = 'urn:dicom:uid').value", tag: StudyInstanceUID }
  status: { to: ImagingStudy.status, const: available, on: create }
  subject: { to: ImagingStudy.subject, reference: Patient, required: true, authority: any }
  logical: { to: "ImagingStudy.extension('urn:p').valueReference", reference: Patient, logical: true }
  started: { to: ImagingStudy.started, tag: StudyDate, onAbsent: clear }
  note: { to: ImagingStudy.note, tag: StudyDescription, merge: append }
  reason: { to: ImagingStudy.reasonCode, value: '[{ "text": StudyDescription }]', merge: replace }
  based: { to: ImagingStudy.basedOn, value: '[{ "display": StudyDescription }]', merge: append }
  procedure: { to: ImagingStudy.procedureCode, value: '[{ "text": StudyDescription }]', merge: fill }
  description: { to: ImagingStudy.description, tag: StudyDescription, onAbsent: clear }
  accession: { to: "ImagingStudy.identifier.where(system = 'urn:acc').value", tag: AccessionNumber, onAbsent: clear }
  count: { to: ImagingStudy.numberOfInstances, derive: series.instance.count() }
REST
lists:
  series:
    to: ImagingStudy.series
    key: { uid: SeriesInstanceUID }
    rules:
      modality: { to: modality, tag: Modality, system: "urn:m" }
      number: { to: number, tag: SeriesNumber, onAbsent: clear }
      made: { to: laterality.code, tag: SeriesDescription, on: create }
      named: { to: description, tag: SeriesDescription }
      first: { to: bodySite.code, tag: BodyPartExamined, merge: fill }
    lists:
      instance:
        to: instance
        key: { uid: SOPInstanceUID }
        rules:
          sopClass: { to: sopClass, tag: SOPClassUID, system: "urn:ietf:rfc:3986" }
          number: { to: number, tag: InstanceNumber }
`;
const RESTLESS = `  restless: { to: "ImagingStudy.identifier.where(use = 'temp').period.start", tag: StudyDate }
  renamed: { to: "ImagingStudy.identifier.where(use = 'temp').use", const: old }
`;
/** Writes into the items of the list around which it stands. */
const CROSSING = `  crossing: { to: "ImagingStudy.series.where(uid = '1.2.3.1').description", tag: StudyDescription, authority: any }
`;
/** A second mapping of the same study, which writes where the first does, and takes out what it brought. */
const SECOND = `resource: ImagingStudy
name: Second
identity: id
onDelete: removeItem
when: |
  $not(AccessionNumber = "1")
rules:
  id: { to: "ImagingStudy.identifier.where(system = 'urn:dicom:uid').value", tag: StudyInstanceUID }
  status: { to: ImagingStudy.status, const: registered }
  subject: { to: ImagingStudy.subject, reference: Patient }
  description: { to: ImagingStudy.description, const: second }
  series: { to: "ImagingStudy.series.where(uid = '1.2.3.1').description", const: second }
lists:
  basedOn: { to: ImagingStudy.basedOn, key: { display: SOPInstanceUID } }
`;

const PLANS: Readonly<Record<string, MappingPlan>> = {
  usual: planOf([PERSON, STUDY.replace('REST\n', '')]),
  restless: planOf([PERSON, STUDY.replace('REST\n', RESTLESS)]),
  crossing: planOf([PERSON, STUDY.replace('REST\n', CROSSING)]),
  'two mappings': planOf([PERSON, STUDY.replace('REST\n', ''), SECOND]),
};

const SOURCE = { id: 'source', url: 'https://dicom.example.org/' };

/** Drafted with one memory, so that levels are shared as in a window. */
async function draftAll(plan: MappingPlan, all: readonly EntryWords[]): Promise<readonly EntryDraft[]> {
  const memo = createMemo();
  const drafts: EntryDraft[] = [];
  for (const [index, words] of all.entries()) {
    const item = readWords(words, index + 1);
    const draft = await draftEntry(plan, item, { source: SOURCE, enforceTagValues: false }, memo);
    if (!draft.failed) drafts.push(draft);
  }
  return drafts;
}

/** The changes and issues as one text, byte for byte, and what a server would then hold. */
function fold(
  drafts: readonly EntryDraft[],
  currents: ReadonlyMap<string, CurrentResource>,
  options: FoldOptions,
): { readonly text: string; readonly after: ReadonlyMap<string, CurrentResource> } {
  const made = createFold(currents, new Map(), [], options);
  const issues = drafts.map((draft) => made.step(draft));
  const changes = made.finish();
  const after = new Map(currents);
  for (const [index, { kind, slot, resource, current }] of changes.entries()) {
    const id = current?.resource.id ?? `made-${currents.size}-${index}`;
    if (kind === 'delete') after.delete(slot);
    else after.set(slot, { resource: { ...resource, id }, versionId: '1' });
  }
  const told = changes.map(({ plan, current, ...change }) => ({ ...change, mapping: plan.name }));
  return { text: JSON.stringify([issues, told], null, 1), after };
}

const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  StudyInstanceUID: ['1.2.3', '1.2.3', '1.2.4'],
  SeriesInstanceUID: ['1.2.3.1', '1.2.3.1', '1.2.3.2'],
  SOPInstanceUID: ['1.1', '1.2', '1.3'],
  PatientID: ['P1', 'P1', 'P1', 'P2'],
  PatientName: ['Doe', 'Doe', 'Roe'],
  PatientBirthDate: ['20000101'],
  Modality: ['CT', 'CT', 'CT', 'KO'],
  StudyDate: ['20240229', '20240229', null],
  StudyDescription: ['A', 'A', '1.1', null],
  AccessionNumber: ['1', '1', null],
  SeriesNumber: [1, 1, null],
  SeriesDescription: ['S', 'S', 'T', null],
  BodyPartExamined: ['CHEST', 'CHEST', 'HEAD', null],
  action: ['create', 'create', 'create', 'update', 'delete'],
};
const words: fc.Arbitrary<EntryWords> = fc.record(
  Object.fromEntries(Object.entries(VALUES).map(([name, values]) => [name, fc.constantFrom(...values)])),
);
const change = fc.constantFrom(
  ...Object.entries(VALUES).flatMap(([name, values]) =>
    values.map((value): EntryWords => ({ [name]: value })),
  ),
);
/** One entry over and over, so that levels settle, in between with a single change, for a while. */
const history = fc
  .tuple(words, fc.array(fc.tuple(change, fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: 10 }))
  .map(([base, changes]) =>
    changes.flatMap(([each, times]) => [
      ...Array<EntryWords>(times).fill(base),
      ...Array<EntryWords>(times).fill({ ...base, ...each }),
    ]),
  );

for (const [name, plan] of Object.entries(PLANS)) {
  test(`${name}: passing over levels gives what applying all of them gives`, async () => {
    const property = fc.asyncProperty(history, fc.nat(30), async (all, cut) => {
      const drafts = await draftAll(plan, all);
      let [settled, applied] = [new Map(), new Map()] as ReadonlyMap<string, CurrentResource>[];
      // In two groups: the second begins with what the first left on the server.
      for (const part of [drafts.slice(0, cut), drafts.slice(cut)]) {
        const [a, b] = [
          fold(part, settled ?? new Map(), {}),
          fold(part, applied ?? new Map(), { appliesAll: true }),
        ];
        assert.is(a.text, b.text);
        [settled, applied] = [a.after, b.after];
      }
    });
    const seed = process.env['SEED'];
    await fc.assert(property, {
      numRuns: Number(process.env['RUNS'] ?? 80),
      ...(seed === undefined ? {} : { seed: Number(seed) }),
    });
  });
}

test('rules that never come to rest are applied for each entry', async () => {
  const same = { StudyDate: '20240229' };
  const drafts = await draftAll(PLANS['restless'] as MappingPlan, [same, same, same, same]);
  const { after } = fold(drafts, new Map(), {});
  const identifiers = [...after.values()].flatMap(({ resource }) =>
    resource.resourceType === 'ImagingStudy' ? (resource['identifier'] as readonly { use?: string }[]) : [],
  );
  const uses = identifiers.map(({ use }) => use);
  assert.equal(uses, [undefined, 'old', 'old', 'old', 'old']);
});

test('what a delete entry of another mapping takes out, the next entry brings again', async () => {
  const image = { SOPInstanceUID: '1.1', StudyDescription: '1.1', AccessionNumber: '1' };
  const drafts = await draftAll(PLANS['two mappings'] as MappingPlan, [
    { ...image, SOPInstanceUID: '1.2' },
    image,
    image,
    image,
    { ...image, action: 'delete' },
    image,
  ]);
  const basedOn = (all: readonly EntryDraft[]) => {
    const { after } = fold(all, new Map(), {});
    return [...after.values()].find(({ resource }) => resource.resourceType === 'ImagingStudy')?.resource[
      'basedOn'
    ];
  };
  assert.is(basedOn(drafts.slice(0, 5)), undefined);
  assert.equal(basedOn(drafts), [{ display: '1.1' }]);
});

test.run();
