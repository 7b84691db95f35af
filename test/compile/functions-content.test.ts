/** Functions for structured reports: content as a service may send it, right or wrong, comes in; what is found goes out. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compileExpression } from '../../engine/compile/jsonata.ts';
import { engineErrorOf } from '../support/engine-error.ts';
import { dataset, type EntryWords } from '../support/entries.ts';
import { coded, codeItem, container, longReport, num, text } from '../support/reports.ts';

const test = suite('compile/functions-content');

/** What the expression gives over a report with this content, through the view that every expression has. */
async function gives(expression: string, ...content: readonly EntryWords[]): Promise<unknown> {
  const compiled = compileExpression(expression, new Map(), 'between');
  if ('faults' in compiled) throw new Error(`${expression}: ${compiled.faults[0]?.message}`);
  const { plan } = compiled;
  return plan.evaluate(plan.view(dataset({ ContentSequence: content })), {});
}

const GROUP = 'DCM|125007|Measurement Group';
const SIZE = 'SCT|81827009|Diameter';

test('items are found by code and scheme, at one level or at any, with their places', async () => {
  const content = [
    text('DCM|121106|Comment', 'one'),
    container(GROUP, num(SIZE, 1, 'mm'), container(GROUP, num(SIZE, 2, 'mm', num(SIZE, 3, 'mm')))),
    num(SIZE, 4, 'mm'),
  ];
  const path = (call: string) => gives(`${call}.path`, ...content);
  assert.is(await path('$contentItems(ContentSequence, "SCT|81827009")'), '1.3');
  assert.equal(await path('$contentItems(ContentSequence, ["SCT|81827009", "DCM|121106"])'), ['1.1', '1.3']);
  assert.equal(await path('$contentItems(ContentSequence)'), ['1.1', '1.2', '1.3']);
  assert.equal(await path('$contentTree(ContentSequence, "SCT|81827009")'), [
    '1.2.1',
    '1.2.2.1',
    '1.2.2.1.1',
    '1.3',
  ]);
  assert.equal(await path('$contentTree(ContentSequence, ["DCM|125007", "SCT|81827009"], "DCM|125007")'), [
    '1.2',
    '1.3',
  ]);
  assert.is(await path('$contentTree(ContentSequence, "99A|81827009")'), undefined);
  // Below an item, its own list is 1.
  assert.is(
    await path('$contentItems($contentItems(ContentSequence)[1].ContentSequence, "DCM|125007")'),
    '1.2',
  );
});

test('a list of one item is a list', async () => {
  const only = container(GROUP, num(SIZE, 1, 'mm'));
  assert.is(await gives('$contentItems(ContentSequence, "DCM|125007").path', only), '1.1');
  assert.is(await gives('$contentItems(ContentSequence, "SCT|81827009")', only), undefined);
  assert.is(await gives('$contentTree(ContentSequence, "SCT|81827009").path', only), '1.1.1');
});

test('the meaning and the version do not count, the scheme does; every designator of SNOMED CT is one', async () => {
  const named = (code: EntryWords): EntryWords => ({ ValueType: 'TEXT', ConceptNameCodeSequence: [code] });
  const finds = async (concept: string, code: EntryWords) =>
    (await gives(`$contentItems(ContentSequence, "${concept}").path`, named(code))) === '1.1';
  const sct = (scheme: string, code = '12738006') => codeItem(`${scheme}|${code}`);
  assert.ok(
    await finds('SCT|12738006', { ...sct('SCT'), CodeMeaning: 'Gehirn', CodingSchemeVersion: '2020' }),
  );
  for (const scheme of ['SRT', '99SDM', 'SNM3']) assert.ok(await finds('SCT|12738006', sct(scheme)), scheme);
  for (const scheme of ['SRT', '99SDM', 'SNM3', 'SCT'])
    assert.ok(await finds('SRT|T-A0100', sct(scheme, 'T-A0100')), scheme);
  assert.not(await finds('SCT|12738006', sct('99ACME')));
  assert.not(await finds('SCT|12738006', sct('SRT', 'T-A0100')));
  assert.not(await finds('DCM|12738006', sct('SCT')));
  const equivalent = { ...codeItem('99ACME|b'), EquivalentCodeSequence: [codeItem('99B|x'), sct('SRT')] };
  assert.ok(await finds('SCT|12738006', equivalent));
  const long = { LongCodeValue: 'a-code-of-more-than-sixteen', CodingSchemeDesignator: 'LN' };
  assert.ok(await finds('LN|a-code-of-more-than-sixteen', long));
  assert.ok(await finds('|urn:lex:us:1', { URNCodeValue: 'urn:lex:us:1' }));
});

test('what is no content item is passed over', async () => {
  const wrong: readonly EntryWords[] = [
    {},
    { ValueType: 'NUM' },
    { ConceptNameCodeSequence: [] },
    { ConceptNameCodeSequence: [{ CodeMeaning: 'no code' }] },
    { ConceptNameCodeSequence: [{ CodeValue: ['1', '2'], CodingSchemeDesignator: 'DCM' }] },
    { ConceptNameCodeSequence: { vr: 'SQ', Value: [null, 'text', 5] } },
    { ContentSequence: { vr: 'SQ', Value: [null, {}] } },
    { ContentSequence: { vr: 'SH', Value: ['text'] } },
  ];
  assert.is(await gives('$contentTree(ContentSequence, "DCM|1")', ...wrong), undefined);
  assert.is(await gives('$quantity(ContentSequence)', ...wrong), undefined);
  assert.is(await gives('$contentTree(5, "DCM|1")'), undefined);
  assert.is(await gives('$contentTree("text", "DCM|1")'), undefined);
  assert.is(await gives('$referencedItem(5, "text")'), undefined);
});

test('a concept without its scheme is an error, not a silent nothing', async () => {
  for (const concept of ['"113706"', '5', '["DCM|1", "113706"]', '{}']) {
    const error = await engineErrorOf(() => gives(`$contentItems(ContentSequence, ${concept})`, {}));
    assert.is(error?.code, 'mapping.evaluation', concept);
    assert.match(error?.message ?? '', 'wrong type', concept);
  }
});

test('by-reference items are no children, and lead to what they mean unless they lead in a circle', async () => {
  const by = (...place: readonly number[]) => ({
    RelationshipType: 'INFERRED FROM',
    ReferencedContentItemIdentifier: place,
  });
  const named = (name: string, ...children: readonly EntryWords[]) => ({
    ...text(`99T|${name}`, name),
    ...(children.length > 0 ? { ContentSequence: children } : {}),
  });
  const content = [
    named('a', by(1, 2), by(1, 2, 1), by(1), by(1, 9), by(2, 1)),
    named('b', by(1, 1), by(1, 2, 3), by(1, 2, 2)),
  ];
  // a → b → a is no loop for who walks: references are not followed.
  assert.equal(await gives('$contentTree(ContentSequence, ["99T|a", "99T|b"]).path', ...content), [
    '1.1',
    '1.2',
  ]);
  const meant = (place: string) =>
    gives(`$referencedItem(ContentSequence, ContentSequence${place}).(path & TextValue)`, ...content);
  assert.is(await meant('[0].ContentSequence[0]'), '1.2b');
  // A reference to a reference is followed.
  assert.is(await meant('[0].ContentSequence[1]'), '1.1a');
  for (const nowhere of [2, 3, 4]) assert.is(await meant(`[0].ContentSequence[${nowhere}]`), undefined);
  // 1.2.2 and 1.2.3 mean each other.
  assert.is(await meant('[1].ContentSequence[1]'), undefined);
  assert.is(await meant('[1]'), undefined);
});

test('a NUM item has one Quantity for each measured value', async () => {
  const mm = (value: number) => ({ value, unit: 'mm', system: 'http://unitsofmeasure.org', code: 'mm' });
  const quantity = (...content: readonly EntryWords[]) =>
    gives('$quantity(ContentSequence, { "millimetre": "mm" })', ...content);
  assert.equal(await quantity(num(SIZE, 0, 'mm')), mm(0));
  assert.equal(await quantity(num(SIZE, 1.5, 'millimetre')), mm(1.5));
  assert.equal(await quantity(num(SIZE, [1, 2], 'mm')), [mm(1), mm(2)]);
  assert.equal(await quantity(num(SIZE, 1, 'mm'), num(SIZE, 2, 'mm')), [mm(1), mm(2)]);
  assert.is(await quantity(num(SIZE, [], 'mm')), undefined);
  assert.is(await quantity(text(SIZE, '5')), undefined);
  const measured = (value: EntryWords) => ({ MeasuredValueSequence: [value] });
  const unit = (code: EntryWords) => measured({ NumericValue: 2, MeasurementUnitsCodeSequence: [code] });
  assert.equal(await quantity(measured({ NumericValue: 2 })), { value: 2 });
  assert.equal(await quantity(measured({ FloatingPointValue: 0.1 })), { value: 0.1 });
  assert.is(await quantity(measured({ NumericValue: [1, 2] })), undefined);
  assert.is(await quantity(measured({ NumericValue: { vr: 'DS', Value: ['much'] } })), undefined);
  assert.equal(await quantity(unit({ CodeMeaning: 'beats' })), { value: 2, unit: 'beats' });
  assert.equal(await quantity(unit(codeItem('99ACME|bt|beats'))), {
    value: 2,
    unit: 'beats',
    system: 'urn:dicom:scheme:99ACME',
    code: 'bt',
  });
  // No code in FHIR: two blanks side by side.
  assert.equal(await quantity(unit(codeItem('UCUM|no  units'))), { value: 2, unit: 'no  units' });
});

test('an equivalent code comes first, and what is not in the table keeps its own', async () => {
  const table = '{ "SRT|T-D3000": "SCT|51185008", "99A|x": "wrong" }';
  const concept = (code: string) =>
    gives(`$codeableConcept(ContentSequence.ConceptCodeSequence, ${table})`, coded('DCM|123014', code));
  const srt = { system: 'http://snomed.info/srt', code: 'T-D3000', display: 'Chest' };
  const sct = { system: 'http://snomed.info/sct', code: '51185008', display: 'Chest' };
  assert.equal(await concept('SRT|T-D3000|Chest'), { coding: [sct, srt] });
  assert.equal(await concept('SNM3|T-D3000|Chest'), { coding: [sct, srt] });
  assert.equal(await concept('SCT|51185008|Chest'), { coding: [sct] });
  assert.equal(await concept('99A|x'), { coding: [{ system: 'urn:dicom:scheme:99A', code: 'x' }] });
  assert.equal(
    await gives('$coding(ContentSequence.ConceptCodeSequence, {})', coded('DCM|1', 'SRT|T-D3000|Chest')),
    srt,
  );
  // Where JSONata hands a function on, it gives the index too.
  assert.equal(
    await gives('$map([ContentSequence.ConceptCodeSequence], $coding)', coded('DCM|1', 'SRT|T-D3000|Chest')),
    srt,
  );
});

test('a tree is walked once, however large', async () => {
  const { ContentSequence } = longReport(1000);
  const before = process.cpuUsage();
  const count = await gives(
    '$count($contentTree(ContentSequence, "99ACME|30"))',
    ...(ContentSequence as readonly EntryWords[]),
  );
  const { user } = process.cpuUsage(before);
  assert.is(count, 1000);
  assert.ok(user < 10_000_000, `${user / 1e6} s for 400,000 elements`);
});

test.run();
