/** FHIRPath over resources: what it gives, what it may not do, and that the native shapes give what fhirpath.js gives. */
import fc from 'fast-check';
import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { canonicalPath, compilePath, type PathClosure } from '../../engine/compile/fhirpath.ts';
import { givenNames } from '../../engine/compile/operand.ts';
import { EngineError } from '../../engine/errors.ts';
import { decimal } from '../../engine/fhir/decimal.ts';
import type { FhirElement } from '../../engine/fhir/resource.ts';

const NAMES = new Map([...givenNames(['zone']), ['accession', undefined] as const]);

function compile(text: string, type: string): PathClosure {
  const compiled = compilePath(text, type, NAMES);
  if ('faults' in compiled)
    throw new Error(`${text}: ${compiled.faults.map(({ message }) => message).join('; ')}`);
  return compiled.evaluate;
}

function faults(text: string, type = 'ImagingStudy'): readonly string[] {
  const compiled = compilePath(text, type, NAMES);
  return 'evaluate' in compiled
    ? []
    : compiled.faults.map(({ code, start, end }) => `${code} ${text.slice(start, end)}`);
}

const STUDY = {
  resourceType: 'ImagingStudy',
  meta: { source: 'https://pacs.example.org/dicom#1' },
  identifier: [
    { system: 'urn:dicom:uid', value: 'urn:oid:1.2' },
    { system: 'urn:example', value: 'A1' },
  ],
  started: '2026-02-28T10:15:30+01:00',
  series: [
    {
      uid: '1.2.3',
      number: 1,
      started: '2026-02-28T09:15:30Z',
      modality: { system: 'urn:m', code: 'CT' },
      instance: [{ uid: '1' }, { uid: '2' }],
    },
    {
      uid: '1.2.4',
      number: 2,
      started: '2026-02-28T10:15:30+01:00',
      modality: { code: 'CT', system: 'urn:m' },
    },
    { uid: '1.2.5', number: 3, modality: { system: 'urn:m', code: 'SR' }, instance: [{ uid: '3' }] },
  ],
} as unknown as FhirElement;

function over(text: string, resource: FhirElement = STUDY, names: Readonly<Record<string, unknown>> = {}) {
  return compile(text, 'ImagingStudy')(resource, { settings: {}, source: {}, ...names });
}

const giving = suite('compile/fhirpath gives');

giving('counts, unions and paths', () => {
  assert.equal(over('series.count()'), [3]);
  assert.equal(over('ImagingStudy.series.instance.count()'), [3]);
  assert.equal(over('series.instance.uid'), ['1', '2', '3']);
  assert.equal(over('series.modality.distinct()'), [
    { system: 'urn:m', code: 'CT' },
    { system: 'urn:m', code: 'SR' },
  ]);
  assert.equal(over("series.where(modality.code = 'CT').number"), [1, 2]);
  assert.equal(over("identifier.where(system = 'urn:example').value.first()"), ['A1']);
  assert.equal(over('endpoint.count()'), [0]);
  assert.equal(over('endpoint'), []);
});

giving('equal moments are one, however they are written', () => {
  assert.equal(over('series.started.distinct().count()'), [1]);
});

giving('the items of a list count from themselves', () => {
  const item = { uid: '1.2.3', instance: [{ uid: '1' }, { uid: '2' }] } as unknown as FhirElement;
  assert.equal(compile('instance.count()', 'ImagingStudy.series')(item, {}), [2]);
  assert.equal(
    compile("instance.where(uid = '2').exists()", 'ImagingStudy.series')(item, { settings: {}, source: {} }),
    [true],
  );
});

giving('choices by their FHIRPath name', () => {
  const observation = {
    resourceType: 'Observation',
    valueQuantity: { value: 1.5, unit: 'mGy' },
  } as unknown as FhirElement;
  const names = { settings: {}, source: {} };
  assert.equal(compile('value.unit', 'Observation')(observation, names), ['mGy']);
  assert.equal(compile('value.ofType(Quantity).unit', 'Observation')(observation, names), ['mGy']);
  assert.equal(compile('value is Quantity', 'Observation')(observation, names), [true]);
});

giving('what the shipped owned: asks', () => {
  const owned = "meta.source = %source.url or meta.source.startsWith(%source.url & '#')";
  const isOwned = (url: string) => over(owned, STUDY, { source: { url } });
  assert.equal(isOwned('https://pacs.example.org/dicom'), [true]);
  assert.equal(isOwned('https://pacs.example.org/dicom#1'), [true]);
  assert.equal(isOwned('https://pacs.example.org/dic'), [false]);
});

giving('decimals that keep their digits are numbers', () => {
  const observation = {
    resourceType: 'Observation',
    valueQuantity: { value: decimal('1.50') },
  } as unknown as FhirElement;
  assert.equal(compile('value.value > 1.4', 'Observation')(observation, { settings: {}, source: {} }), [
    true,
  ]);
});

giving('regular expressions take time in proportion to the text, and . is any character', () => {
  const matches = compile("description.matches('^(a+)+$')", 'ImagingStudy');
  const start = performance.now();
  const long = {
    resourceType: 'ImagingStudy',
    description: `${'a'.repeat(50_000)}!`,
  } as unknown as FhirElement;
  assert.equal(matches(long, { settings: {}, source: {} }), [false]);
  assert.ok(performance.now() - start < 2_000);
  const lines = { resourceType: 'ImagingStudy', description: 'a\nb' } as unknown as FhirElement;
  assert.equal(over("description.matches('^a.b$')", lines), [true]);
  assert.equal(over("description.matches('^c')", lines), [false]);
});

giving('an error without values for what cannot be applied', () => {
  const twice = {
    resourceType: 'ImagingStudy',
    note: [{ text: 'SECRET 1' }, { text: 'SECRET 2' }],
  } as unknown as FhirElement;
  const evaluate = compile("note.text.startsWith('x')", 'ImagingStudy');
  try {
    evaluate(twice, { settings: {}, source: {} });
    assert.unreachable('two texts have no one start');
  } catch (error) {
    assert.instance(error, EngineError);
    const { code, message } = error as EngineError;
    assert.is(code, 'mapping.evaluation');
    assert.is(
      message,
      "the FHIRPath expression `note.text.startsWith('x')` cannot be applied to this resource",
    );
  }
});

giving('blanks and comments do not change an expression', () => {
  assert.is(canonicalPath('series.count() // all'), canonicalPath(' series\n  .count()'));
  assert.is.not(canonicalPath('series.count()'), canonicalPath('series.exists()'));
});

giving.run();

const refusing = suite('compile/fhirpath refuses');

refusing('elements that do not exist, also far down the path', () => {
  assert.equal(faults('seres.count()'), ['unknown-element seres']);
  assert.equal(faults('series.instanc.count()'), ['unknown-element instanc']);
  assert.equal(faults("series.where(modalty.code = 'CT')"), ['unknown-element modalty']);
  assert.equal(faults('series.select(instance.uuid)'), ['unknown-element uuid']);
  assert.equal(faults('series[0].instance.first().sopclass'), ['unknown-element sopclass']);
  assert.equal(faults('(series | series).uuid'), ['unknown-element uuid']);
  assert.equal(faults('series.uid.foo'), ['unknown-element foo']);
  assert.equal(faults('Patient.name'), ['unknown-element Patient']);
  assert.equal(faults('instanc.count()', 'ImagingStudy.series'), ['unknown-element instanc']);
  assert.equal(faults("extension('x').valu.exists()"), ['unknown-element valu']);
});

refusing('nothing that is right', () => {
  for (const text of [
    'series.where($this.uid.exists()).instance.title',
    "extension('x').value.ofType(string)",
    'series.uid.extension.url',
    'contained.where($this is Patient).name',
    'iif(series.exists(), series.count(), 0)',
    'series.all(instance.exists())',
    'series.aggregate($total + 1, 0)',
    '%context.status.exists()',
    'meta.tag.exists(system = %settings.zone and code = %source.id)',
    'series.repeat(instance).uid',
    '(series.started as dateTime).exists()',
    'series.instance.number.max()',
  ]) {
    assert.equal(faults(text), [], text);
  }
});

refusing('names that are not known without a dataset', () => {
  assert.equal(faults('meta.source = %accession'), ['unknown-variable %accession']);
  assert.equal(faults('%entry.sequence > 1'), ['unknown-variable %entry']);
  assert.equal(faults('%resource.id'), ['unknown-variable %resource']);
  assert.equal(faults('%settings.zon'), ['unknown-setting zon']);
  assert.equal(faults('%source.uri'), ['unknown-variable uri']);
});

refusing('functions that do not exist, read the clock, or ask a server', () => {
  assert.equal(faults('series.cont()'), ['unknown-function cont']);
  assert.equal(faults('series.where(instance.cont() > 1)'), ['unknown-function cont']);
  for (const name of ['now', 'today', 'timeOfDay'])
    assert.equal(faults(`${name}()`), [`unknown-function ${name}`]);
  assert.equal(faults('subject.resolve().name'), ['unknown-function resolve']);
  assert.equal(faults("series.trace('x')"), ['unknown-function trace']);
  assert.equal(faults('series.count(1)'), ['function-arguments count']);
  assert.equal(faults('series.take()'), ['function-arguments take']);
  assert.equal(faults('iif(true)'), ['function-arguments iif']);
});

refusing('regular expressions that could take for ever', () => {
  assert.equal(faults("description.matches('(?=a)b')"), ["regex '(?=a)b'"]);
  assert.equal(faults("description.matches('(a)\\\\1')"), ["regex '(a)\\\\1'"]);
  assert.equal(faults("description.matchesFull('a+')"), ['unknown-function matchesFull']);
});

refusing('what is too long or too deep', () => {
  for (const text of [
    `1${' + 1'.repeat(1000)}`,
    `1${' + 1'.repeat(5000)}`,
    `${'('.repeat(3000)}1${')'.repeat(3000)}`,
  ])
    assert.equal(faults(text), [`expression-size ${text}`]);
  assert.equal(faults(`name.exists()${' and true'.repeat(200)}`, 'Patient'), []);
});

refusing('what is no FHIRPath, with the place where it breaks', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['series.where(uid', 'path-syntax '],
    ['series and', 'path-syntax '],
    ['series series', 'path-syntax series'],
    ['series..uid', 'path-syntax ..'],
    ['series.where(uid == 1)', 'path-syntax ='],
    ['description = "x"', 'path-syntax "x"'],
    ["description = 'x", "path-syntax '"],
  ];
  assert.equal(
    cases.map(([text]) => [text, ...faults(text)]),
    cases,
  );
});

refusing.run();

const agreeing = suite('compile/fhirpath agrees with fhirpath.js');

const code = fc.constantFrom('CT', 'MR', 'SR', 'KO');
const coding = fc.record({ system: fc.constantFrom('urn:a', 'urn:b'), code }, { requiredKeys: ['code'] });
const moment = fc.constantFrom('2026-02-28T10:00:00Z', '2026-02-28T11:00:00+01:00');
const extension = moment.map((valueDateTime) => [{ url: 'urn:x', valueDateTime }]);
const instance = fc.record(
  {
    uid: fc.constantFrom('1', '2', '3'),
    number: fc.integer({ min: 0, max: 3 }),
    title: fc.string(),
    _title: fc.constant({ extension: [{ url: 'urn:y', valueCode: 'a' }] }),
  },
  { requiredKeys: ['uid'] },
);
const series = fc.record(
  {
    uid: fc.constantFrom('1.1', '1.2'),
    number: fc.integer({ min: 0, max: 3 }),
    modality: fc.oneof(coding, fc.record({ code, extension })),
    started: fc.constantFrom('2026-02-28', '2026-02-28T10:00:00Z', '2026-02-28T11:00:00+01:00'),
    laterality: fc.record({ code, system: fc.constant('urn:a') }),
    instance: fc.array(instance, { minLength: 1, maxLength: 4 }),
  },
  { requiredKeys: ['uid', 'modality'] },
);
const study = fc
  .record(
    {
      status: fc.constantFrom('available', 'registered'),
      _status: fc.constant({ extension: [{ url: 'urn:z', valueBoolean: true }] }),
      modality: fc.array(coding, { minLength: 1, maxLength: 4 }),
      series: fc.array(series, { minLength: 1, maxLength: 5 }),
      numberOfSeries: fc.integer({ min: 0, max: 9 }),
    },
    { requiredKeys: [] },
  )
  .map((content) => ({ resourceType: 'ImagingStudy', ...content }) as unknown as FhirElement);

for (const text of [
  'series.count()',
  'ImagingStudy.series.count()',
  'series.instance.count()',
  'series.instance.title.count()',
  'series.modality.distinct()',
  'series.modality.code.distinct()',
  'series.started.distinct()',
  'series.laterality.distinct()',
  'series.instance.number.distinct()',
  'series.instance.uid',
  'modality.distinct()',
  'status.count()',
  'status',
  'numberOfSeries',
]) {
  agreeing(text, () => {
    const ours = compile(text, 'ImagingStudy');
    const theirs = fhirpath.compile(text, r4) as (resource: unknown) => readonly unknown[];
    fc.assert(
      fc.property(study, (resource) => {
        assert.equal(ours(resource, { settings: {}, source: {} }), theirs(resource));
      }),
      { numRuns: 100 },
    );
  });
}

agreeing('on resources that are large, in time that grows with them', () => {
  const large = {
    resourceType: 'ImagingStudy',
    series: Array.from({ length: 40 }, (_, index) => ({
      uid: `1.${index}`,
      modality: { system: 'urn:m', code: index % 2 === 0 ? 'CT' : 'SR' },
      instance: Array.from({ length: 1_000 }, (__, number) => ({ uid: `1.${index}.${number}` })),
    })),
  } as unknown as FhirElement;
  const start = performance.now();
  assert.equal(over('series.instance.count()', large), [40_000]);
  assert.equal(over('series.modality.distinct()', large).length, 2);
  assert.ok(performance.now() - start < 1_000);
});

agreeing.run();
