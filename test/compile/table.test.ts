/** Tables: what rows of CSV and YAML files make of values, from the mapping file to the reading of a dataset. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Compilation, compileMappings } from '../../engine/compile/compile.ts';
import type { ReadScope, RulePlan } from '../../engine/plan.ts';
import { type EntryWords, readWords } from '../support/entries.ts';

const test = suite('compile/table');

type Files = Readonly<Record<string, string>>;

/** A mapping with the rule `rule` and the head `head`. */
function compile(rule: string, files: Files, head = ''): Compilation {
  const text = `resource: Patient
identity: identifier
${head}rules:
  identifier: { to: "Patient.identifier.where(system = 'urn:p').value", tag: PatientID }
  rule: ${rule}
`;
  return compileMappings([{ file: 'mapping.yaml', text }], { values: {} }, (path) => {
    const found = files[path];
    return found === undefined ? { error: 'does not exist' } : { file: path, text: found };
  });
}

function ruleOf(rule: string, files: Files, head?: string): RulePlan {
  const { plan, diagnostics } = compile(rule, files, head);
  const found = plan?.mappings[0]?.transform.rules.find(({ name }) => name === 'rule');
  if (!found) throw new Error(diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  return found;
}

function scopeOf(words: EntryWords): ReadScope {
  const read = readWords(words);
  return { entry: read, dataset: read.metadata ?? {}, names: { settings: {} } };
}

/** What the rule gives: JSON, `absent` or `invalid: reason`. */
function read(rule: RulePlan, words: EntryWords): string {
  if (rule.source.kind !== 'tag') throw new Error('not a tag');
  const reading = rule.source.read(scopeOf(words));
  if (reading.state === 'value') return JSON.stringify(reading.value);
  return reading.state === 'invalid' ? `invalid: ${reading.reason}` : 'absent';
}

/** Findings as `file:line code`. */
function codesOf(rule: string, files: Files, head?: string): readonly string[] {
  return compile(rule, files, head).diagnostics.map(
    ({ file, range, code }) => `${file}:${range?.start.line} ${code}`,
  );
}

const SEX = '{ to: Patient.gender, tag: PatientSex, table: sex.csv }';

test('a CSV file: the first column is the DICOM value, code or value what becomes of it', () => {
  for (const head of ['sex,code', 'value,code', 'code,value', 'DICOM sex,note,Code']) {
    const text = `${head}\nM,${head.includes('note') ? '"as, we said",' : ''}male\n`;
    const rule = ruleOf(SEX, { 'sex.csv': text });
    assert.is(read(rule, { PatientSex: 'M' }), '"male"', head);
  }
  const rule = ruleOf(SEX, { 'sex.csv': 'sex,code\nM,male\nX,\n' });
  assert.is(read(rule, { PatientSex: 'F' }), 'invalid: has no row in the table');
  assert.is(read(rule, { PatientSex: 'X' }), 'absent', 'an empty code leaves the element out');
  assert.is(read(rule, {}), 'absent');
});

test('default: is for values without a row', () => {
  const rule = ruleOf(SEX.replace('}', ', default: unknown }'), { 'sex.csv': 'sex,code\nM,male\n' });
  assert.is(read(rule, { PatientSex: 'O' }), '"unknown"');
  assert.equal(codesOf(SEX.replace('}', ', default: divers }'), { 'sex.csv': 'sex,code\nM,male\n' }), [
    'mapping.yaml:5 mapping.code-not-allowed',
  ]);
});

const SITE = `bodyPart,code,system,display
CHEST,51185008,http://snomed.info/sct,Thoracic structure
HEAD,69536005,http://snomed.info/sct,"Head structure"
LEG,leg,,
`;
const BODY = 'to: Patient.maritalStatus, tag: BodyPartExamined, table: sites.csv, system: "urn:ours"';

test('columns system and display make a Coding; system: of the rule is for rows without one', () => {
  const rule = ruleOf(`{ ${BODY} }`, { 'sites.csv': SITE });
  assert.is(
    read(rule, { BodyPartExamined: 'CHEST' }),
    '{"coding":[{"system":"http://snomed.info/sct","code":"51185008","display":"Thoracic structure"}]}',
  );
  assert.is(read(rule, { BodyPartExamined: 'LEG' }), '{"coding":[{"system":"urn:ours","code":"leg"}]}');
});

test('a table whose rows all have a system needs no system:', () => {
  const bare = `{ ${BODY.replace(', system: "urn:ours"', '')} }`;
  assert.equal(codesOf(bare, { 'sites.csv': SITE }), ['mapping.yaml:5 mapping.no-conversion']);
  assert.equal(codesOf(bare, { 'sites.csv': SITE.replace('LEG,leg,,\n', '') }), []);
});

test('a rule owns the display where a row has one', () => {
  const tag =
    'to: "Patient.meta.tag.where(system = \'urn:t\')", tag: BodyPartExamined, table: sites.csv, system: "urn:t"';
  assert.equal(ruleOf(`{ ${tag} }`, { 'sites.csv': SITE }).owns, ['system', 'code', 'display']);
  assert.equal(ruleOf(`{ ${tag} }`, { 'sites.csv': 'a,code\nA,b\n' }).owns, ['system', 'code']);
});

test('other targets get the code of a row', () => {
  const rule = ruleOf('{ to: Patient.language, tag: BodyPartExamined, table: sites.csv }', {
    'sites.csv': SITE,
  });
  assert.is(read(rule, { BodyPartExamined: 'CHEST' }), '"51185008"');
});

test('a YAML file: a value to a code, or to a code with system and display', () => {
  const files = {
    'sites.yaml': 'CHEST: { code: "51185008", system: "http://snomed.info/sct" }\nHEAD: head\n',
  };
  const rule = ruleOf(`{ ${BODY.replace('csv', 'yaml')} }`, files);
  assert.is(
    read(rule, { BodyPartExamined: 'CHEST' }),
    '{"coding":[{"system":"http://snomed.info/sct","code":"51185008"}]}',
  );
  assert.is(read(rule, { BodyPartExamined: 'HEAD' }), '{"coding":[{"system":"urn:ours","code":"head"}]}');
});

test('a YAML file has the findings of YAML and of its schema', () => {
  const sites = (text: string) => codesOf(`{ ${BODY.replace('csv', 'yml')} }`, { 'sites.yml': text });
  assert.equal(sites('CHEST: 51185008\n'), ['sites.yml:1 mapping.wrong-type']);
  assert.equal(sites('CHEST: { system: "urn:s" }\n'), ['sites.yml:1 mapping.missing-key']);
  assert.equal(sites('CHEST: { code: a, dispaly: Chest }\n'), ['sites.yml:1 mapping.unknown-key']);
  assert.equal(sites('CHEST: a\nHEAD: b\nCHEST: c\n'), ['sites.yml:3 yaml.duplicate-key']);
  assert.equal(sites('CHEST: a: b\n'), ['sites.yml:1 yaml.syntax']);
});

const item = (code: string, scheme?: string) => ({
  '00080100': { vr: 'SH', Value: [code] },
  ...(scheme === undefined ? {} : { '00080102': { vr: 'SH', Value: [scheme] } }),
});

test('items of a code sequence are looked up by scheme|code, then by the code', () => {
  const files = { 'sites.csv': 'code,code,system\nSRT|T-D3000,51185008,urn:s\nT-D1100,69536005,urn:s\n' };
  const rule = ruleOf('{ to: Patient.maritalStatus, tag: AnatomicRegionSequence, table: sites.csv }', files);
  const site = (...items: readonly unknown[]) =>
    read(rule, { AnatomicRegionSequence: { vr: 'SQ', Value: items } });
  assert.is(site(item('T-D3000', 'SRT')), '{"coding":[{"system":"urn:s","code":"51185008"}]}');
  assert.is(site(item('T-D3000', 'SCT')), 'invalid: has no row in the table');
  assert.is(site(item('T-D1100', 'SRT')), '{"coding":[{"system":"urn:s","code":"69536005"}]}');
  assert.is(site(item('T-D1100')), '{"coding":[{"system":"urn:s","code":"69536005"}]}');
  assert.is(site({}), 'absent');
});

test('numbers are looked up by their shortest spelling, and a row that has another is told', () => {
  const rule = (text: string) => ({ 'n.csv': `status,code\n${text}\n` });
  const to = '{ to: Patient.language, tag: SeriesNumber, table: n.csv }';
  assert.is(read(ruleOf(to, rule('7,de')), { SeriesNumber: '007' }), '"de"');
  assert.equal(codesOf(to, rule('007,de')), ['n.csv:2 mapping.table-row']);
});

test('a let may have a table: the issuer of a PatientID to its system', () => {
  const head = 'let:\n  issuer: { tag: IssuerOfPatientID, table: issuers.csv, default: "urn:unknown" }\n';
  const files = { 'issuers.csv': 'issuer,system\nA,urn:a\n' };
  const use = '{ to: "Patient.identifier.where(system = %issuer).value", tag: OtherPatientIDs }';
  assert.equal(codesOf(use, files, head), ['issuers.csv:1 mapping.table-syntax']);
  const { plan } = compile(use, { 'issuers.csv': 'issuer,value\nA,urn:a\n' }, head);
  const source = plan?.mappings[0]?.transform.lets[0]?.source;
  const issuer = (value: string) =>
    source && 'read' in source && source.read(scopeOf({ IssuerOfPatientID: value }));
  assert.equal(issuer('A'), { state: 'value', value: 'urn:a' });
  assert.equal(issuer('B'), { state: 'value', value: 'urn:unknown' });
  assert.equal(issuer(''), { state: 'value', value: 'urn:unknown' });
  assert.equal(codesOf(use, {}, 'let:\n  issuer: { tag: IssuerOfPatientID, default: x }\n'), []);
});

test('a table that several rules use has its findings once', () => {
  const files = { 'sex.csv': 'sex,code\nM,male\nM,other\n' };
  assert.equal(codesOf(`${SEX}\n  again: ${SEX.replace('}', ', merge: fill }')}`, files), [
    'sex.csv:3 mapping.table-duplicate',
  ]);
});

test('large tables are read, too large ones told', () => {
  const rows = (count: number) =>
    Array.from({ length: count }, (_, index) => `V${index},c${index}`).join('\n');
  const to = '{ to: Patient.language, tag: StationName, table: t.csv }';
  assert.is(
    read(ruleOf(to, { 't.csv': `value,code\n${rows(100_000)}` }), { StationName: 'V99999' }),
    '"c99999"',
  );
  assert.equal(codesOf(to, { 't.csv': `value,code\n${rows(100_001)}` }), [
    't.csv:undefined mapping.table-file',
  ]);
  assert.equal(codesOf(to, { 't.csv': `value,code\nA,${'x'.repeat(5 * 1024 * 1024)}` }), [
    't.csv:undefined mapping.table-file',
  ]);
});

test('a table with a thousand wrong rows has ten findings', () => {
  const rows = Array.from({ length: 1000 }, (_, index) => `V${index},c${index}`).join('\n');
  const { diagnostics } = compile(SEX, { 'sex.csv': `sex,code\n${rows}` });
  assert.is(diagnostics.length, 10);
  assert.match(diagnostics[9]?.message ?? '', /further rows like this are not shown/);
});

test('fingerprints cover the rows, whatever their order and the name of the file', () => {
  const print = (text: string, file = 'sex.csv') => {
    const rule = ruleOf(SEX.replace('sex.csv', file), { [file]: text });
    return rule.fingerprint;
  };
  const wanted = print('sex,code\nM,male\nF,female\n');
  assert.match(wanted, /^[a-f][0-9a-f]{11}$/);
  assert.is(print('sex,code,note\nF,female,x\nM,male,\n', 'other.csv'), wanted);
  assert.is(print('M: male\nF: female\n', 'sex.yaml'), wanted);
  assert.is.not(print('sex,code\nM,male\nF,other\n'), wanted);
  assert.is.not(print('sex,code\nM,male\n'), wanted);
  const { plan: one } = compile(SEX, { 'sex.csv': 'sex,code\nM,male\n' });
  const { plan: two } = compile(SEX, { 'sex.csv': 'sex,code\nM,other\n' });
  assert.is.not(one?.fingerprint, two?.fingerprint);
});

test.run();
