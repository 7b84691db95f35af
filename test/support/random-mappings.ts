/**
 * Mappings and histories made at random: every modifier, every kind of source, levels that cross, a second mapping of one
 * type, items; and entries that come again and again, in between with one change, so that what is remembered is met.
 */
import fc from 'fast-check';
import type { EntryWords } from './entries.ts';

/** A rule, from `SOURCES` by kind of target, with what may stand beside it. */
type Line = fc.Arbitrary<string>;

const oneOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const TEXTS = [
  'tag: StudyDescription',
  'tag: StudyID, prefix: "%source.id"',
  'tag: SeriesDescription',
  'tag: BodyPartExamined, codes: { CHEST: c, HEAD: h }, default: "%settings.owner"',
  'tag: ProcedureCodeSequence.CodeMeaning, as: first',
  `tag: '(0029,1010, "SITE")'`,
  'value: "$word"',
  'value: "$source.id & ($source.partition ? $source.partition : Modality)"',
  'value: "$settings.owner & StudyID"',
  'value: "ProcedureCodeSequence[0].PurposeOfReferenceCodeSequence[0].CodeMeaning"',
  'value: "$string(PatientWeight)"',
  'const: constant',
];
const SINGLE = [
  '',
  ', onAbsent: clear',
  ', onAbsent: keep',
  ', on: create',
  ', merge: fill',
  ', when: "StudyID = \'1\'"',
];
const ENTRY = ['value: "$string($entry.sequence)"', 'tag: StudyID, prefix: "%entry.action"'];

const rule = (name: string, to: string, sources: readonly string[], modifiers: readonly string[]): Line =>
  fc
    .tuple(oneOf(...sources), oneOf(...modifiers), oneOf('', '', '', ', authority: any'))
    .map(([source, more, any]) => {
      const modifiers = source.startsWith('const') ? more.replace(', onAbsent: clear', '') : more;
      return `${name}: { to: "${to}", ${source}${modifiers}${any} }`;
    });

const LISTS = [
  '',
  ', merge: append',
  ', merge: replace',
  ', merge: fill',
  ', onAbsent: clear, merge: replace',
  ', on: create, merge: append',
];
const CODES = [
  'tag: ProcedureCodeSequence',
  'value: "[{ \\"text\\": $word }]"',
  'value: "ProcedureCodeSequence.{ \\"text\\": CodeMeaning }"',
];
const study = [
  rule('description', 'ImagingStudy.description', TEXTS, SINGLE),
  rule(
    'started',
    'ImagingStudy.started',
    [
      'tag: StudyDate',
      'tag: [StudyDate, StudyTime, TimezoneOffsetFromUTC], zone: Z',
      'tag: [StudyDate, StudyTime, TimezoneOffsetFromUTC], zone: "%zone"',
    ],
    SINGLE,
  ),
  rule('note', 'ImagingStudy.note', ['tag: StudyDescription', 'tag: SeriesDescription'], LISTS.slice(1)),
  rule('procedure', 'ImagingStudy.procedureCode', CODES, LISTS.slice(1)),
  rule('reason', 'ImagingStudy.reasonCode', CODES, LISTS.slice(1)),
  rule('based', 'ImagingStudy.basedOn', ['value: "[{ \\"display\\": $word }]"'], LISTS.slice(1)),
  rule(
    'accession',
    "ImagingStudy.identifier.where(system = 'urn:acc').value",
    ['tag: AccessionNumber', 'tag: StudyID'],
    SINGLE,
  ),
  rule(
    'local',
    'ImagingStudy.identifier.where(system = %word).value',
    ['tag: StudyID', 'const: local'],
    SINGLE,
  ),
  rule('temp', "ImagingStudy.identifier.where(use = 'temp').period.start", ['tag: StudyDate'], SINGLE),
  rule('renamed', "ImagingStudy.identifier.where(use = 'temp').use", ['const: old'], ['', ', on: create']),
  rule(
    'weight',
    "ImagingStudy.extension('urn:w').valueDecimal",
    ['tag: PatientWeight', 'tag: PatientSize'],
    SINGLE,
  ),
  rule('amount', "ImagingStudy.extension('urn:q').valueQuantity", ['tag: PatientWeight, unit: kg'], SINGLE),
  rule('private', "ImagingStudy.extension('urn:p').valueString", TEXTS, SINGLE),
  rule(
    'person',
    "ImagingStudy.extension('urn:r').valueReference",
    ['reference: Patient', 'reference: Patient, logical: true'],
    ['', ', merge: fill', ', on: create'],
  ),
  rule('counted', 'ImagingStudy.numberOfInstances', ['derive: series.instance.count()'], ['']),
];
/** Writes into the items of the list around which it stands: such levels are never passed over. */
const crossing = rule('crossing', "ImagingStudy.series.where(uid = '1.2.3.1').description", TEXTS, SINGLE);
const series = [
  rule('number', 'number', ['tag: SeriesNumber'], SINGLE),
  rule('description', 'description', TEXTS, SINGLE),
  rule(
    'site',
    'bodySite.code',
    TEXTS.filter((text) => !text.includes('tag: Study')),
    SINGLE,
  ),
  rule('siteName', 'bodySite.display', ['tag: SeriesDescription', 'tag: BodyPartExamined'], SINGLE),
  rule('weight', "extension('urn:w').valueDecimal", ['tag: PatientWeight'], SINGLE),
  rule('specimen', 'specimen', ['value: "[{ \\"display\\": $word }]"'], LISTS.slice(1)),
  rule('started', 'started', ['tag: [StudyDate, StudyTime, TimezoneOffsetFromUTC], zone: "%zone"'], SINGLE),
];
const instance = [
  rule('number', 'number', ['tag: InstanceNumber', 'tag: SeriesNumber'], SINGLE),
  rule('title', 'title', TEXTS, SINGLE),
];

const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
const some = (lines: readonly Line[]): fc.Arbitrary<readonly string[]> =>
  fc
    .tuple(...lines.map((line) => fc.option(line, { freq: 2 })))
    .map((all) => all.filter((line) => line !== null));
const block = (lines: readonly string[], indent: string): string =>
  lines.map((line) => `${indent}${line}\n`).join('');

const LETS = `let:
  word: |
    StudyDescription ? StudyDescription : SeriesDescription
  zone: { tag: StudyID, codes: { "1": "+02:00" }, default: "Z" }
settings:
  owner: { type: string, default: own, description: A word. }
`;
const AUTHORITY = ['', '', 'authority: |\n  Modality != "KO"\n', 'authority: |\n  $word != "T"\n'];
const WHEN = ['', '', 'when: |\n  $not(AccessionNumber = "2")\n'];
const ID = `  id: { to: "ImagingStudy.identifier.where(system = 'urn:dicom:uid').value", tag: StudyInstanceUID }\n`;
const STATUS = `  status: { to: ImagingStudy.status, const: available }\n  subject: { to: ImagingStudy.subject, reference: Patient, authority: any }\n`;

/** Where no authority is named, nothing is exempt from it. */
const fitting = (text: string): string =>
  text.includes('\nauthority:') ? text : text.replaceAll(', authority: any', '');

const studies = fc
  .tuple(
    some(study),
    some(series),
    some(instance),
    oneOf(...AUTHORITY),
    oneOf(...WHEN),
    oneOf('', 'whenEmpty: delete\n'),
    seldom(oneOf(...ENTRY)),
    seldom(crossing),
  )
  .map(([rules, inSeries, inInstance, authority, when, whenEmpty, own, cross]) =>
    fitting(`resource: ImagingStudy
identity: id
onDelete: removeItem
${whenEmpty}${authority}${when}${LETS}rules:
${ID}${STATUS}${own ? `  own: { to: "ImagingStudy.extension('urn:e').valueString", ${own} }\n` : ''}${block(cross ? [...rules, cross] : rules, '  ')}lists:
  series:
    to: ImagingStudy.series
    key: { uid: SeriesInstanceUID }
    rules:
      modality: { to: modality, tag: Modality, system: "urn:m" }
${block(
  inSeries.map((line) => line.replaceAll(', authority: any', '')),
  '      ',
)}    lists:
      instance:
        to: instance
        key: { uid: SOPInstanceUID }
        rules:
          sopClass: { to: sopClass, tag: SOPClassUID, system: "urn:ietf:rfc:3986" }
${block(
  inInstance.map((line) => line.replaceAll(', authority: any', '')),
  '          ',
)}`),
  );

const patients = fc
  .tuple(
    oneOf('', ', on: create', ', merge: fill', ', required: true'),
    oneOf('', 'when: |\n  $exists(PatientID)\n'),
    oneOf("'urn:p'", '%issuer'),
  )
  .map(
    ([more, when, system]) => `resource: Patient
identity: id
${when}let:
  issuer: |
    IssuerOfPatientID ? "urn:" & IssuerOfPatientID : "urn:p"
rules:
  id: { to: "Patient.identifier.where(system = ${system}).value", tag: PatientID, required: true }
  name: { to: "Patient.name.where(use = 'usual')", tag: PatientName${more} }
  born: { to: Patient.birthDate, tag: PatientBirthDate, onAbsent: clear }
  twin: { to: "Patient.extension('urn:i').valueString", value: "$issuer & $source.id" }
`,
  );

/** A second mapping of the same studies. */
const seconds = fc
  .tuple(some(study.slice(0, 13)), oneOf(...WHEN), oneOf('', 'onDelete: removeItem\n'))
  .map(([rules, when, onDelete]) =>
    fitting(`resource: ImagingStudy
name: Second
identity: id
${onDelete}${when}${LETS}rules:
${ID}${STATUS}${block(onDelete ? rules.filter((line) => !line.startsWith('based')) : rules, '  ')}${onDelete ? 'lists:\n  based: { to: ImagingStudy.basedOn, key: { display: SOPInstanceUID } }\n' : ''}`),
  );

const steps = oneOf('onDelete: delete\n', '').map(
  (onDelete) => `resource: Observation
forEach: |
  ProcedureCodeSequence
identity: step
instanceRule: instance
${onDelete}${LETS}rules:
  step: { to: "Observation.identifier.where(system = 'urn:step').value", value: "$item.CodeValue" }
  instance: { to: "Observation.identifier.where(system = 'urn:instance').value", tag: SOPInstanceUID }
  status: { to: Observation.status, const: final }
  code: { to: Observation.code, const: { text: step } }
  text: { to: Observation.value.ofType(string), value: "$item.CodeMeaning & $word & StudyID" }
  subject: { to: Observation.subject, reference: Patient }
`,
);

/** Texts of mapping files that go together; the compiler may refuse them. */
export const mappings = fc
  .tuple(patients, studies, fc.option(seconds, { freq: 1 }), seldom(steps))
  .map((all) => all.filter((text) => text !== null));

/** A number that keeps its digits. */
export const raw = (text: string): unknown =>
  (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);
const code = (CodeValue: string, CodeMeaning: string, purpose?: string) => ({
  CodeValue,
  CodingSchemeDesignator: 'DCM',
  CodeMeaning,
  ...(purpose
    ? {
        PurposeOfReferenceCodeSequence: [
          { CodeValue: 'P', CodingSchemeDesignator: 'DCM', CodeMeaning: purpose },
        ],
      }
    : {}),
});
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  StudyInstanceUID: ['1.2.3', '1.2.3', '1.2.3', '1.2.4'],
  SeriesInstanceUID: ['1.2.3.1', '1.2.3.1', '1.2.3.2'],
  SOPInstanceUID: ['1.1', '1.2', '1.3'],
  PatientID: ['P1', 'P1', 'P1', 'P2', null],
  PatientName: ['Doe', 'Doe', 'Roe^J', null],
  PatientBirthDate: ['20000101', '2000', 'x', null],
  IssuerOfPatientID: [null, null, 'A'],
  Modality: ['CT', 'CT', 'KO', null],
  StudyDate: ['20240229', '20240301', 'x', null],
  StudyTime: ['0910', '09', null],
  TimezoneOffsetFromUTC: ['+0100', null],
  StudyID: ['1', '2', null],
  StudyDescription: ['A', 'B', 'T', '1.1', null],
  AccessionNumber: ['1', '2', null],
  SeriesNumber: [
    1,
    2,
    'x',
    { vr: 'US', Value: [1] },
    { vr: 'IS', Value: ['1'] },
    { vr: 'IS', Value: 'x' },
    null,
  ],
  SeriesDescription: ['S', 'T', ['S', 'T'], null],
  BodyPartExamined: ['CHEST', 'HEAD', 'FOOT', null],
  InstanceNumber: [1, 2, null],
  PatientWeight: [
    { vr: 'DS', Value: [raw('70.50')] },
    { vr: 'DS', Value: [raw('70.5')] },
    { vr: 'DS', Value: [70.5] },
    { vr: 'DS', Value: ['70.50'] },
    { vr: 'DS', Value: [{ rawJSON: '70.50' }] },
    null,
  ],
  PatientSize: [
    { vr: 'DS', Value: [raw('1.0')] },
    { vr: 'DS', Value: [raw('-0')] },
    { vr: 'DS', Value: [0] },
    null,
  ],
  ProcedureCodeSequence: [
    [code('1', 'M')],
    [code('1', 'N')],
    [code('1', 'M', 'Q')],
    [code('1', 'M', 'R'), code('2', 'M')],
    [code('2', ''), code('2', 'M')],
    [null],
    null,
  ],
  '(0029,0010)': [{ vr: 'LO', Value: ['SITE'] }, { vr: 'LO', Value: ['OTHER'] }, null],
  '(0029,0011)': [null, { vr: 'LO', Value: ['SITE'] }],
  '(0029,1010)': [{ vr: 'LO', Value: ['x'] }, { vr: 'LO', Value: ['y'] }, null],
  '(0029,1110)': [{ vr: 'LO', Value: ['z'] }, null],
  partitionName: ['ward', 'ward', 'cellar'],
  action: ['create', 'create', 'create', 'create', 'update', 'delete'],
};
const words: fc.Arbitrary<EntryWords> = fc.record(
  Object.fromEntries(Object.entries(VALUES).map(([name, values]) => [name, oneOf(...values)])),
);
const changeOf = (name: string): fc.Arbitrary<EntryWords> =>
  oneOf(...(VALUES[name] ?? [])).map((value) => ({ [name]: value }));
/** What moves levels about comes often. */
const change: fc.Arbitrary<EntryWords> = fc.oneof(
  { weight: 1, arbitrary: fc.oneof(...Object.keys(VALUES).map(changeOf)) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.constant({ action: 'delete' }),
      ...['PatientID', 'SOPInstanceUID', 'SeriesInstanceUID', 'Modality', 'StudyID', 'AccessionNumber'].map(
        changeOf,
      ),
    ),
  },
);
/** One entry over and over, in between with a single change, for a while; changes may stay. */
export const history = fc
  .tuple(
    words,
    fc.array(fc.tuple(change, fc.integer({ min: 1, max: 3 }), fc.boolean()), { minLength: 1, maxLength: 10 }),
  )
  .map(([first, changes]) => {
    let base = first;
    return changes.flatMap(([each, times, stays]) => {
      const changed = { ...base, ...each };
      const both = [...Array<EntryWords>(times).fill(base), ...Array<EntryWords>(times).fill(changed)];
      if (stays) base = changed;
      return both;
    });
  });
