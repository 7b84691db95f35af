/**
 * What is remembered of one entry must be right for the next: an entry drafted after others, with one memory, is what it is
 * drafted alone. `SEED=… RUNS=…` repeat a failure or look longer.
 */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { EntryDraft, ListDraft, RuleDraft } from '../../engine/apply/draft.ts';
import { createMemo, type Memo } from '../../engine/apply/memo.ts';
import { draftEntry, type TransformOptions } from '../../engine/apply/transform.ts';
import type { MappingPlan } from '../../engine/plan.ts';
import { planOf } from '../support/engine.ts';
import { type EntryWords, readWords } from '../support/entries.ts';

const test = suite('memo');

const PERSON = `resource: Patient
settings:
  owner: { type: string, default: "urn:a", description: Who gives numbers. }
let:
  system: |
    IssuerOfPatientID ? "urn:" & IssuerOfPatientID : $settings.owner
  site: { tag: InstitutionName }
identity: id
when: |
  $not(PatientSex = "X")
rules:
  id: { to: "Patient.identifier.where(system = %system).value", tag: PatientID, required: true }
  name: { to: "Patient.name.where(use = 'usual')", tag: PatientName, required: true }
  born: { to: Patient.birthDate, tag: PatientBirthDate }
  sex: { to: Patient.gender, tag: PatientSex, codes: { M: male, F: female } }
  place: { to: "Patient.address.where(use = 'home').text", value: "$concat($site, ' ', $source.id)" }
  twins: { to: Patient.multipleBirth.ofType(integer), tag: SmallestImagePixelValue }
  spouse: { to: "Patient.extension('urn:x').valueString", tag: '(0029,1010, "SITE")' }
`;

const STUDY = `resource: ImagingStudy
let:
  level: { tag: InstitutionalDepartmentName }
identity: id
authority: |
  Modality != "KO"
rules:
  id: { to: "ImagingStudy.identifier.where(system = 'urn:dicom:uid').value", tag: StudyInstanceUID }
  status: { to: ImagingStudy.status, const: available, on: create }
  subject: { to: ImagingStudy.subject, reference: Patient, required: true }
  procedure: { to: ImagingStudy.procedureCode, tag: ProcedureCodeSequence, merge: replace }
  meaning: { to: ImagingStudy.description, tag: ProcedureCodeSequence.CodeMeaning, as: first }
  started: { to: ImagingStudy.started, tag: [StudyDate, StudyTime, TimezoneOffsetFromUTC], zone: Z, onAbsent: clear }
lists:
  series:
    to: ImagingStudy.series
    key: { uid: SeriesInstanceUID }
    rules:
      modality: { to: modality, tag: Modality, system: "urn:m", required: true }
      number: { to: number, tag: SeriesNumber }
      description: { to: description, value: $level }
      body: { to: bodySite, value: '{ "code": BodyPartExamined, "system": $source.partition }', when: "$exists(BodyPartExamined)" }
    lists:
      instance:
        to: instance
        key: { uid: SOPInstanceUID }
        rules:
          sopClass: { to: sopClass, tag: SOPClassUID, system: "urn:ietf:rfc:3986" }
          number: { to: number, tag: InstanceNumber }
          title: { to: title, value: ContentLabel }
`;

const PLAN = planOf([PERSON, STUDY]);
const SOURCE = { id: 'source', url: 'https://dicom.example.org/' };
const OPTIONS: TransformOptions = { source: SOURCE, enforceTagValues: false };

async function drafted(
  words: EntryWords,
  memo: Memo,
  { plan = PLAN, ...options }: Partial<TransformOptions> & { readonly plan?: MappingPlan } = {},
): Promise<unknown> {
  return shown(await draftEntry(plan, readWords(words), { ...OPTIONS, ...options }, memo));
}

/** A draft without its plans; `entry` is what only rules that name it may see. */
function shown({ kind, resources, sets, issues, failed }: EntryDraft): unknown {
  const rules = (all: readonly RuleDraft[]): unknown => all.map(({ rule, outcome }) => [rule.name, outcome]);
  const lists = (all: readonly ListDraft[]): unknown =>
    all.map(({ list, key, ...rest }) => [list.name, key, rules(rest.rules), lists(rest.lists)]);
  return JSON.parse(
    JSON.stringify({
      kind,
      resources: resources.map(({ plan, names: { entry: _, ...names }, ...rest }) => ({
        ...rest,
        mapping: plan.name,
        names,
        rules: rules(rest.rules),
        lists: lists(rest.lists),
      })),
      sets: sets.map(({ key, create, members }) => [key, create, [...members]]),
      issues,
      failed,
    }),
  );
}

/** Drafts the second entry after the first, twice, with one memory, and alone. */
async function afterAnother(first: EntryWords, second: EntryWords): Promise<readonly unknown[]> {
  const memo = createMemo();
  await drafted(first, memo);
  const after = await drafted(second, memo);
  await drafted(first, memo);
  assert.equal(await drafted(second, memo), after);
  assert.equal(after, await drafted(second, createMemo()));
  return [await drafted(first, memo), after];
}

const CODE = { CodeValue: '1', CodingSchemeDesignator: 'DCM', CodeMeaning: 'Chest' };
const FULL = {
  PatientName: 'Doe^Jane',
  StudyDate: '20240229',
  StudyTime: '0910',
  ProcedureCodeSequence: [CODE],
  SeriesNumber: 1,
  BodyPartExamined: 'CHEST',
  SmallestImagePixelValue: { vr: 'SS', Value: [-1] },
  '(0029,0010)': { vr: 'LO', Value: ['SITE'] },
  '(0029,1010)': { vr: 'LO', Value: ['x'] },
};

for (const [what, change] of Object.entries<EntryWords>({
  'one value': { SeriesNumber: 2 },
  'a value that is a number here and a text there': { SeriesNumber: { vr: 'IS', Value: ['1'] } },
  'an absent value': { StudyTime: null },
  'an empty value': { StudyTime: { vr: 'TM' } },
  'one more value': { PatientSex: ['M', 'F'] },
  'the VR alone': { SmallestImagePixelValue: { vr: 'US', Value: [-1] } },
  'the VR of a private attribute': { '(0029,1010)': { vr: 'DA', Value: ['x'] } },
  'a VR that is none': { '(0029,1010)': { vr: 'XX', Value: ['x'] } },
  'an attribute of an item': { ProcedureCodeSequence: [{ ...CODE, CodeMeaning: 'Abdomen' }] },
  'the number of items': { ProcedureCodeSequence: [CODE, CODE] },
  'an attribute that only a condition reads': { PatientSex: 'X' },
  'an attribute that only authority reads': { Modality: 'KO' },
  'an attribute that only a let reads': { InstitutionName: 'Ward' },
  'an attribute that only a let of a list reads': { InstitutionalDepartmentName: 'Ward' },
  'the let of the identity': { IssuerOfPatientID: 'B' },
  'the group of a name': { PatientName: { vr: 'PN', Value: [{ Alphabetic: 'Doe^John' }] } },
  'the creator of a private block': { '(0029,0010)': { vr: 'LO', Value: ['OTHER'] } },
  'something malformed': { SeriesNumber: { vr: 'IS', Value: 'x' } },
})) {
  test(`two entries that differ in ${what} have drafts of their own`, async () => {
    const [first, second] = await afterAnother(FULL, { ...FULL, ...change });
    if (what !== 'a value that is a number here and a text there') assert.not.equal(first, second);
    await afterAnother({ ...FULL, ...change }, FULL);
  });
}

test('a number that keeps its digits is no object that looks like one', async () => {
  const digits = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON('1');
  const number = (value: unknown) => ({ ...FULL, SeriesNumber: { vr: 'IS', Value: [value] } });
  const [first, second] = await afterAnother(number(digits), number({ rawJSON: '1' }));
  assert.not.equal(first, second);
});

test('rows of a level that is remembered come again with each entry', async () => {
  const memo = createMemo();
  const words = { ...FULL, SeriesNumber: 'one', PatientBirthDate: '2024' };
  const issuesOf = async (more: EntryWords) =>
    ((await drafted({ ...words, ...more }, memo)) as EntryDraft).issues.map(({ rule, message }) => [
      rule,
      message,
    ]);
  const row = ['ImagingStudy.series.number', 'SeriesNumber is no whole number (IS)'];
  assert.equal(await issuesOf({ SOPInstanceUID: '1.1' }), [row]);
  assert.equal(await issuesOf({ SOPInstanceUID: '1.2' }), [row]);
  assert.equal(await issuesOf({ SOPInstanceUID: '1.3', SeriesNumber: 3 }), []);
  assert.equal(await issuesOf({ SOPInstanceUID: '1.4' }), [row]);
});

test('an entry that fails for a level that is remembered fails as the first did', async () => {
  const memo = createMemo();
  const failure = async (words: EntryWords) => ((await drafted(words, memo)) as EntryDraft).failed;
  const missing = {
    code: 'dicom.missing-tag',
    rule: 'Patient.name',
    tag: 'PatientName',
    message: 'PatientName is required and has no value',
  };
  assert.equal(await failure({ SOPInstanceUID: '1.1' }), missing);
  assert.equal(await failure({ SOPInstanceUID: '1.2' }), missing);
  assert.is(await failure({ SOPInstanceUID: '1.2', PatientName: 'Doe' }), undefined);
});

test('settings, source, partition and strictness are no others than those that were given', async () => {
  const memo = createMemo();
  const other = planOf([PERSON, STUDY], { owner: 'urn:b' });
  // One plan with other settings: nothing but these tells the two apart.
  const changed = { ...PLAN, settings: other.settings };
  const invalid = { ...FULL, SeriesNumber: 'one' };
  for (const options of [
    {},
    { enforceTagValues: true },
    { plan: changed },
    { source: { ...SOURCE, id: 'second' } },
  ]) {
    for (const words of [FULL, { ...FULL, partitionName: 'ward' }, invalid]) {
      assert.equal(await drafted(words, memo, options), await drafted(words, createMemo(), options));
    }
  }
  const [a, b] = [await drafted(FULL, memo), await drafted(FULL, memo, { plan: changed })];
  const systems = [a, b].map((draft) => (draft as EntryDraft).resources[0]?.identity.system);
  assert.equal(systems, ['urn:a', 'urn:b']);
});

test('a mapping that names the entry sees each entry', async () => {
  const plan = planOf([
    PERSON.replace('value: "$concat($site, \' \', $source.id)"', 'value: "$string($entry.sequence)"'),
    STUDY,
  ]);
  const memo = createMemo();
  for (const sequence of [1, 2, 1]) {
    const { resources } = (await drafted({ ...FULL, sequence }, memo, { plan })) as {
      resources: readonly { rules: readonly unknown[] }[];
    };
    assert.equal(resources[0]?.rules[3], ['place', { kind: 'value', value: String(sequence) }]);
  }
});

/** Few values for each attribute, so that levels are met again and differ in one place. */
const words: fc.Arbitrary<EntryWords> = fc.record(
  Object.fromEntries(
    Object.entries<readonly unknown[]>({
      StudyInstanceUID: ['1.2.3', '1.2.4', ' 1.2.3'],
      SeriesInstanceUID: ['1.2.3.1', '1.2.3.2'],
      SOPInstanceUID: ['1.2.3.1.1', '1.2.3.1.2'],
      PatientID: ['P1', 'P2', ['P1', 'P2'], null, { vr: 'SH', Value: ['P1'] }],
      PatientName: ['Doe^Jane', 'Doe^Jane=Doe', { vr: 'PN', Value: ['Doe^Jane'] }, null],
      PatientBirthDate: ['20000101', '2000', 'x', { vr: 'DT', Value: ['20000101'] }, null],
      PatientSex: ['M', 'X', 'Z', [], null],
      IssuerOfPatientID: ['A', null, null],
      InstitutionName: ['Ward', 'a\\b', null],
      InstitutionalDepartmentName: ['Ward', null],
      SmallestImagePixelValue: [1, { vr: 'SS', Value: [-1] }, { vr: 'US', Value: [-1] }, null],
      Modality: ['CT', 'KO', 'ct', null],
      StudyDate: ['20240229', null],
      StudyTime: ['0910', '09', null],
      ProcedureCodeSequence: [[CODE], [{ ...CODE, CodeMeaning: '' }], [CODE, CODE], [null], null],
      SeriesNumber: [1, { vr: 'IS', Value: ['1'] }, { vr: 'US', Value: [1] }, 'x', null],
      BodyPartExamined: ['CHEST', 7, null],
      ContentLabel: ['A', 'B', null],
      '(0029,0010)': [{ vr: 'LO', Value: ['SITE'] }, { vr: 'LO', Value: ['OTHER'] }, null],
      '(0029,1010)': [{ vr: 'LO', Value: ['x'] }, { vr: 'DS', Value: [1.5] }, null],
      partitionName: ['ward', 'cellar'],
      action: ['create', 'create', 'update', 'delete'],
    }).map(([name, values]) => [name, fc.constantFrom(...values)]),
  ),
);

test('whatever came before, an entry is drafted as it is alone', async () => {
  const property = fc.asyncProperty(fc.array(words, { minLength: 2, maxLength: 12 }), async (all) => {
    const memo = createMemo(200_000);
    for (const each of all) assert.equal(await drafted(each, memo), await drafted(each, createMemo()));
  });
  const seed = process.env['SEED'];
  await fc.assert(property, {
    numRuns: Number(process.env['RUNS'] ?? 150),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
  });
});

test.run();
