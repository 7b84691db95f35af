/** What expressions read and give, what they may not do, and that they keep to themselves. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type CompiledExpression, compileExpression } from '../../engine/compile/jsonata.ts';
import { givenNames, type KnownNames } from '../../engine/compile/operand.ts';
import type { DicomJson } from '../../engine/dicom/entry.ts';
import { EngineError } from '../../engine/errors.ts';

const NAMES: KnownNames = new Map([...givenNames(['zone', 'site']), ['accession', undefined] as const]);

function compile(text: string): CompiledExpression {
  const compiled = compileExpression(text, NAMES);
  if ('faults' in compiled)
    throw new Error(`${text}: ${compiled.faults.map(({ message }) => message).join('; ')}`);
  return compiled;
}

/** Attributes, then names with members: `Modality, PatientID; settings.zone`. */
function reads(text: string): string {
  const { plan, uses } = compile(text);
  return `${plan.keywords.join(', ')}; ${uses.toSorted().join(', ')}`.replace(/; $/, '');
}

/** `code part-of-the-text` of each fault. */
function faults(text: string): readonly string[] {
  const compiled = compileExpression(text, NAMES);
  if ('plan' in compiled) return [];
  return compiled.faults.map(({ code, start, end }) => `${code} ${text.slice(start, end)}`);
}

const DATASET: DicomJson = {
  '00080060': { vr: 'CS', Value: ['CT'] },
  '00080061': { vr: 'CS', Value: ['CT', 'SR'] },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane' }] },
  '00100020': { vr: 'LO', Value: ['P1'] },
  '00200011': { vr: 'IS', Value: ['7'] },
  '00081032': {
    vr: 'SQ',
    Value: [
      { '00080100': { vr: 'SH', Value: ['A'] }, '00080104': { vr: 'LO', Value: ['Chest'] } },
      { '00080100': { vr: 'SH', Value: ['B'] }, '00080104': { vr: 'LO', Value: ['Abdomen'] } },
    ],
  },
};

async function gives(text: string, names: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  const { plan } = compile(text);
  return plan.evaluate(plan.view(DATASET), names);
}

async function fails(text: string, dataset: DicomJson = DATASET): Promise<string> {
  const { plan } = compile(text);
  try {
    await plan.evaluate(plan.view(dataset), {});
  } catch (error) {
    assert.instance(error, EngineError);
    assert.is((error as EngineError).code, 'mapping.evaluation');
    return (error as EngineError).message;
  }
  throw new Error(`${text} did not fail`);
}

const reading = suite('compile/jsonata reads');

reading('attributes at the root, wherever they stand', () => {
  assert.is(reads('PatientID'), 'PatientID');
  assert.is(reads('`PatientID` & "x"'), 'PatientID');
  assert.is(reads('Modality = "CT" ? PatientID : StudyID'), 'Modality, PatientID, StudyID');
  assert.is(reads('PatientID ?? StudyID'), 'PatientID, StudyID');
  assert.is(reads('PatientID ?: StudyID'), 'PatientID, StudyID');
  assert.is(reads('[PatientID, {"a": StudyID}]'), 'PatientID, StudyID');
  assert.is(reads('-SeriesNumber + [1..InstanceNumber][0]'), 'InstanceNumber, SeriesNumber');
  assert.is(reads('Modality in ["CT", "MR"] and $exists(PatientID)'), 'Modality, PatientID');
  assert.is(reads('/* PatientSex */ PatientID'), 'PatientID');
});

reading('not what stands inside: items of sequences, parts of names, keys of results', () => {
  assert.is(reads('ProcedureCodeSequence.CodeMeaning'), 'ProcedureCodeSequence');
  assert.is(reads('ProcedureCodeSequence[CodeValue = "A"].CodeMeaning'), 'ProcedureCodeSequence');
  assert.is(reads('ProcedureCodeSequence.(CodeMeaning & CodeValue)'), 'ProcedureCodeSequence');
  assert.is(reads('ProcedureCodeSequence.{"code": CodeValue}.code'), 'ProcedureCodeSequence');
  assert.is(reads('ProcedureCodeSequence.`(0029,1010)`'), 'ProcedureCodeSequence');
  assert.is(reads('PatientName.Alphabetic'), 'PatientName');
  assert.is(reads('{"a": PatientID}.a'), 'PatientID');
  assert.is(reads('ProcedureCodeSequence.*'), 'ProcedureCodeSequence');
  assert.is(reads('ProcedureCodeSequence.**.CodeValue'), 'ProcedureCodeSequence');
});

reading('sorting and grouping look into items', () => {
  assert.is(reads('ProcedureCodeSequence^(>CodeValue, CodeMeaning).CodeMeaning'), 'ProcedureCodeSequence');
  assert.is(reads('ProcedureCodeSequence{CodeValue: CodeMeaning}'), 'ProcedureCodeSequence');
  assert.is(
    reads('(PatientID; ProcedureCodeSequence){CodeValue: $count($)}'),
    'PatientID, ProcedureCodeSequence',
  );
  assert.is(
    reads('$append(ProcedureCodeSequence, []){CodeValue: $settings.site}'),
    'ProcedureCodeSequence; settings.site',
  );
  assert.is(
    reads('$append(ProcedureCodeSequence, [])[CodeValue = $settings.site]'),
    'ProcedureCodeSequence; settings.site',
  );
});

reading('focus and index variables are the expression’s own', () => {
  assert.is(
    reads('ProcedureCodeSequence@$code.{"v": $code.CodeValue, "first": $code = $accession}'),
    'ProcedureCodeSequence; accession',
  );
  assert.is(reads('ProcedureCodeSequence#$i[$i = 0].CodeValue'), 'ProcedureCodeSequence');
  assert.is(reads('ProcedureCodeSequence[CodeValue = "A"]#$i.{"at": $i}'), 'ProcedureCodeSequence');
  assert.is(reads('ProcedureCodeSequence@$c{$c.CodeValue: $c.CodeMeaning}'), 'ProcedureCodeSequence');
});

reading('functions of the expression: parameters, bodies, recursion', () => {
  assert.is(reads('($twice := function($x) { $x & $x & PatientID }; $twice(StudyID))'), 'PatientID, StudyID');
  assert.is(reads('($down := function($n) { $n > 0 ? $down($n - 1) : PatientID }; $down(3))'), 'PatientID');
  assert.is(
    reads(
      '($even := function($n){ $n = 0 or $odd($n - 1) }; $odd := function($n){ $n != 0 and $even($n - 1) }; $even(SeriesNumber))',
    ),
    'SeriesNumber',
  );
  assert.is(reads('$map(ImageType, function($m, $i) { $m & $i })'), 'ImageType');
  assert.is(reads('$reduce(ImageType, λ($a, $b) { $a & $b })'), 'ImageType');
});

reading('partial application, chains and transforms', () => {
  assert.is(
    reads('($first := $substring(?, 0, SeriesNumber); $first(PatientID))'),
    'PatientID, SeriesNumber',
  );
  assert.is(reads('PatientID ~> $uppercase ~> $substring(1) ~> $trim()'), 'PatientID');
  assert.is(reads('($shout := $uppercase ~> $trim; $shout(PatientID))'), 'PatientID');
  assert.is(
    reads('ProcedureCodeSequence ~> |$|{"CodeMeaning": $uppercase(CodeMeaning)}, ["CodeValue"]|'),
    'ProcedureCodeSequence',
  );
});

reading('names from outside, with their members', () => {
  assert.is(
    reads('$settings.zone & $source.url & $accession & $entry.sequence'),
    '; accession, entry.sequence, settings.zone, source.url',
  );
  assert.is(reads('$lookup($settings, "zone")'), '; settings');
  assert.is(reads('($settings := {"x": 1}; $settings.x)'), '');
  assert.is(
    reads('($f := function($source) { $source.anything }; $f(PatientID) & $source.id)'),
    'PatientID; source.id',
  );
  assert.equal(compile('$settings.zone & $source.url').plan.names, ['settings', 'source']);
});

reading('spelling and comments do not change the expression', () => {
  const { canonical } = compile('$uppercase( PatientID )\n  /* why */ & "x"').plan;
  assert.is(canonical, compile("$uppercase(PatientID)&'x'").plan.canonical);
  assert.is.not(canonical, compile('$uppercase(PatientID)&"y"').plan.canonical);
  assert.is.not(
    compile('$contains(PatientID, /a/)').plan.canonical,
    compile('$contains(PatientID, /a/i)').plan.canonical,
  );
});

reading.run();

const refusing = suite('compile/jsonata refuses');

refusing('names that do not exist, at the place where they stand', () => {
  assert.equal(faults('PatientId'), ['unknown-attribute PatientId']);
  assert.equal(faults('ProcedureCodeSequence[0].CodeMeening'), ['unknown-attribute CodeMeening']);
  assert.equal(faults('ProcedureCodeSequence[CodeVal = "A"]'), ['unknown-attribute CodeVal']);
  assert.equal(faults('ProcedureCodeSequence^(CodeVal)'), ['unknown-attribute CodeVal']);
  assert.equal(faults('ProcedureCodeSequence{CodeVal: 1}'), ['unknown-attribute CodeVal']);
  assert.equal(faults('PatientName.FamilyName'), ['unknown-attribute FamilyName']);
  assert.equal(faults('$acession'), ['unknown-variable $acession']);
  assert.equal(faults('$settings.zonee'), ['unknown-setting zonee']);
  assert.equal(faults('$source.uri'), ['unknown-variable uri']);
  assert.equal(faults('$uper(PatientID)'), ['unknown-function $uper']);
  assert.equal(faults('PatientID ~> $trimm'), ['unknown-function $trimm']);
  assert.equal(faults('Foo & Foo & Bar'), ['unknown-attribute Foo', 'unknown-attribute Bar']);
});

refusing('names out of their scope', () => {
  assert.equal(faults('($f := function($x) { $x }; $x)'), ['unknown-variable $x']);
  assert.equal(faults('(($y := 1); $y)'), ['unknown-variable $y']);
  assert.equal(faults('([$y := 1]; $y)'), []);
  assert.equal(faults('($y; $y := 1)'), ['unknown-variable $y']);
  assert.equal(faults('[ProcedureCodeSequence@$c.CodeValue, $c]'), ['unknown-variable $c']);
});

refusing('the whole dataset in every disguise', () => {
  for (const text of [
    '$',
    '$$',
    '*',
    '**.CodeValue',
    '$string($)',
    '$keys($$)',
    '$string()',
    '$map([1], function($i) { $ })',
  ]) {
    assert.equal(
      faults(text).map((fault) => fault.split(' ')[0]),
      ['whole-dataset'],
      text,
    );
  }
  assert.equal(faults('ProcedureCodeSequence[$$.PatientID = CodeValue]'), ['whole-dataset $$']);
  assert.equal(faults('$map(ImageType, function($m) { $m }) & ProcedureCodeSequence.$string($)'), []);
});

refusing('functions that read the clock, are random, or run text', () => {
  for (const name of ['eval', 'now', 'millis', 'random', 'shuffle']) {
    assert.equal(faults(`$${name}(PatientID)`), [`unknown-function $${name}`]);
    assert.equal(faults(`PatientID ~> $${name}`), [`unknown-function $${name}`]);
    assert.equal(faults(`($f := $${name}; $f(PatientID))`), [`unknown-function $${name}`]);
  }
  assert.equal(faults('$toMillis(StudyTime, "[H01][m01]")'), ['unknown-function $toMillis']);
  assert.equal(faults('$toMillis(StudyDate, PatientID)'), ['unknown-function $toMillis']);
  assert.equal(faults('$toMillis(StudyDate, "[Y0001][M01][D01]")'), []);
});

refusing('the parent operator, and regular expressions that could take for ever', () => {
  assert.equal(faults('ProcedureCodeSequence.CodeValue.%.CodeMeaning'), ['parent %']);
  assert.equal(faults('%.PatientID'), ['parent %']);
  assert.equal(faults('SeriesNumber % 2'), []);
  assert.equal(faults('$contains(PatientID, /(?=a)b/)'), ['regex /(?=a)b/']);
  assert.equal(faults('$match(PatientID, /(a)\\1/i)'), ['regex /(a)\\1/']);
  assert.equal(faults('$match(PatientID, /[b-a]/)'), ['regex /[b-a]/']);
});

refusing('what is no JSONata, with the place where it breaks', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['PatientID &', 'expression-syntax '],
    ['(PatientID', 'expression-syntax '],
    ['PatientID StudyID', 'expression-syntax StudyID'],
    ['PatientID == "x"', 'expression-syntax ='],
    ['PatientID & "open', 'expression-syntax "'],
    ["PatientID & 'it's'", "expression-syntax s'"],
    ['PatientID & `open', 'expression-syntax `'],
    ['PatientID /* open', 'expression-syntax /*'],
    ['$contains(PatientID, /open)', 'expression-syntax /'],
    ['x := 1', 'expression-syntax x'],
    ['"\\q"', 'expression-syntax \\q'],
  ];
  assert.equal(
    cases.map(([text]) => [text, ...faults(text)]),
    cases,
  );
});

refusing.run();

const evaluating = suite('compile/jsonata gives');

evaluating('values, lists and objects as plain JSON', async () => {
  assert.is(await gives('PatientID & "/" & Modality'), 'P1/CT');
  assert.is(await gives('SeriesNumber + 1'), 8);
  assert.equal(await gives('ProcedureCodeSequence.CodeMeaning'), ['Chest', 'Abdomen']);
  assert.equal(await gives('ProcedureCodeSequence[CodeValue = "B"]'), {
    CodeValue: 'B',
    CodeMeaning: 'Abdomen',
  });
  assert.equal(await gives('{"a": [1, {"b": true}]}'), { a: [1, { b: true }] });
  assert.is(await gives('$settings.zone & $accession', { settings: { zone: 'Z' }, accession: 'A1' }), 'ZA1');
});

evaluating('null prototypes and hidden properties do not get out, and results are frozen', async () => {
  const item = await gives('ProcedureCodeSequence[0]');
  assert.is(Object.getPrototypeOf(item), Object.prototype);
  const list = (await gives('ProcedureCodeSequence.CodeValue')) as readonly unknown[];
  assert.equal(Object.getOwnPropertyNames(list).toSorted(), ['0', '1', 'length']);
  assert.ok(Object.isFrozen(item) && Object.isFrozen(list));
});

evaluating('nothing for what counts as absent', async () => {
  for (const text of [
    'StudyID',
    '""',
    '"  "',
    'null',
    '[]',
    '{}',
    '[null, "", {}]',
    '{"a": {"b": ""}}',
    '$settings.zone',
  ]) {
    assert.is(await gives(text, { settings: { zone: '' } }), undefined, text);
  }
  assert.equal(await gives('[1, null, "", 2]'), [1, 2]);
  assert.equal(await gives('{"a": null, "b": false, "c": 0}'), { b: false, c: 0 });
});

evaluating('an error for what is no data', async () => {
  assert.match(await fails('$uppercase'), /gave a/);
  assert.match(await fails('function($x) { $x }'), /gave a/);
  assert.match(await fails('{"f": [$sum]}'), /gave a/);
  assert.match(await fails('1 / 0'), /JSONata error D1001|not finite/);
  assert.match(await fails('$power(10, 400)'), /JSONata error D3061/);
});

evaluating('errors say what and where, and hold no value', async () => {
  const secret: DicomJson = {
    '00100020': { vr: 'LO', Value: ['SECRET'] },
    '00200011': { vr: 'IS', Value: ['7'] },
  };
  for (const text of [
    'PatientID + 1',
    '$number(PatientID)',
    '$error(PatientID)',
    '$assert(false, PatientID)',
    '{PatientID: 1, PatientID: 2}',
    'PatientID > 1',
    '$sum(PatientID)',
    'PatientID ~> 1',
    '$error({"a": PatientID})',
    '[1..9999999]',
  ]) {
    const message = await fails(text, secret);
    assert.not.match(message, 'SECRET');
    assert.match(message, /^the expression failed: .*JSONata error [DT]\d{4}/);
  }
  assert.is(
    await fails('SeriesNumber & (PatientID + 1)', secret),
    'the expression failed: the left side of an operator is no number, JSONata error T2001 (before character 28)',
  );
});

evaluating('endless recursion, long lists and deep results end with an error', async () => {
  assert.match(await fails('($f := function($x) { 1 + $f($x) }; $f(1))'), /it calls itself without end/);
  assert.match(await fails('$map([1..100001], function($i) { $i })'), /JSONata error D201[45]/);
  assert.match(
    await fails('($f := function($n) { $n = 0 ? 1 : [[$f($n - 1)]] }; $f(60))'),
    /nested more than 50 deep/,
  );
});

evaluating('regular expressions take time in proportion to the text', async () => {
  const text = `${'a'.repeat(50_000)}!`;
  const { plan } = compile('$contains(PatientID, /^(a+)+$/)');
  const start = performance.now();
  assert.is(await plan.evaluate({ PatientID: text }, {}), false);
  assert.ok(performance.now() - start < 2_000);
});

evaluating('regular expressions find what JavaScript finds', async () => {
  assert.equal(await gives('$match("a1b22", /[0-9]+/).match'), ['1', '22']);
  assert.equal(await gives('$match("Doe^Jane", /(\\w+)\\^(\\w+)/).groups'), ['Doe', 'Jane']);
  assert.equal(await gives('$split("a, b;c", /[,;] ?/)'), ['a', 'b', 'c']);
  assert.is(await gives('$replace("2026-02-28", /(\\d+)-(\\d+)-(\\d+)/, "$3.$2.$1")'), '28.02.2026');
  assert.is(await gives('$contains("ABC", /b/i)'), true);
  assert.is(await gives('$replace("aaa", /a/, "b", 2)'), 'bba');
});

evaluating('a thousand evaluations at once do not mix', async () => {
  const { plan } = compile('($x := PatientID; $map([1..3], function($i) { $x & $i & $accession }))');
  const results = await Promise.all(
    Array.from({ length: 1_000 }, (_, index) =>
      plan.evaluate({ PatientID: `P${index}.` }, { accession: `/A${index}` }),
    ),
  );
  results.forEach((result, index) => {
    assert.equal(
      result,
      [1, 2, 3].map((i) => `P${index}.${i}/A${index}`),
    );
  });
});

evaluating('the same input gives the same result, whatever was asked before', async () => {
  const { plan } = compile('($n := 0; $n := $n + 1; $n)');
  assert.is(await plan.evaluate({}, {}), 1);
  assert.is(await plan.evaluate({}, {}), 1);
  const { plan: leak } = compile('$exists($accession) ? "known" : "unknown"');
  assert.is(await leak.evaluate({}, { accession: 'A' }), 'known');
  assert.is(await leak.evaluate({}, {}), 'unknown');
});

evaluating.run();
