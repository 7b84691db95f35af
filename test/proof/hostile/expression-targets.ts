/**
 * Hostile expressions: JSONata and FHIRPath from a grammar that likes what costs time, memory and stack.
 */
import fc from 'fast-check';
import { compilePath } from '../../../engine/compile/fhirpath.ts';
import { compileExpression } from '../../../engine/compile/jsonata.ts';
import { givenNames } from '../../../engine/compile/operand.ts';
import type { FhirElement } from '../../../engine/fhir/resource.ts';
import { dataset } from '../../support/entries.ts';
import { reasonable, target, type Verdict, verdictOf } from './target.ts';

const NAMES = givenNames(['zone', 'list']);
const CODE = { CodeValue: 'A', CodingSchemeDesignator: '99X', CodeMeaning: 'a'.repeat(64) };
const INPUT = dataset({
  PatientName: 'Zebra^Anna',
  StudyDescription: 'a'.repeat(1000),
  InstanceNumber: 7,
  ContentSequence: Array.from({ length: 20 }, (_, index) => ({
    TextValue: `t${index}`,
    ConceptNameCodeSequence: [CODE],
  })),
});
const VALUES = {
  settings: { zone: '+01:00', list: 'x' },
  source: { id: 's', url: 'https://x/' },
  entry: { sequence: 1 },
};

const leaf = fc.constantFrom(
  'PatientName',
  'PatientName.Alphabetic',
  'StudyDescription',
  'InstanceNumber',
  'ContentSequence',
  'ContentSequence.TextValue',
  'ContentSequence[0]',
  'ContentSequence.ConceptNameCodeSequence.CodeMeaning',
  '$settings.zone',
  '$source.url',
  '$entry.sequence',
  '0',
  '-1',
  '1e308',
  '1e5',
  '""',
  '"a"',
  'null',
  '[]',
  '{}',
  '[1..1000]',
  '[1..5000]',
  '[1..10000000]',
  '$settings.__proto__',
  '$source.constructor',
  '/a+/',
  '/(a+)+$/',
  '/(a|a)*b/i',
  '/((a{1,30}){1,30}){1,30}/',
  '/^(?=a)/',
  '/\\1(a)/',
);
const FUNCTIONS =
  `string length substring pad replace match split join contains number sum max average sort reverse distinct keys
  merge spread map filter reduce each sift single exists not type append zip count uppercase base64encode base64decode formatNumber
  formatInteger fromMillis toMillis power sqrt concat date dateTime uuid humanName boolean lookup clone error assert eval now`.split(
    /\s+/,
  );

interface Grammar {
  readonly expression: string;
}

const grammar = fc.letrec<Grammar>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    { arbitrary: leaf, weight: 3 },
    {
      arbitrary: fc
        .tuple(
          tie('expression'),
          fc.constantFrom(
            '+',
            '-',
            '*',
            '/',
            '%',
            '&',
            '=',
            '!=',
            '<',
            '>',
            'and',
            'or',
            'in',
            '~>',
            '.',
            ':=',
          ),
          tie('expression'),
        )
        .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
      weight: 3,
    },
    {
      arbitrary: fc
        .tuple(fc.constantFrom(...FUNCTIONS), fc.array(tie('expression'), { maxLength: 3 }))
        .map(([name, parameters]) => `$${name}(${parameters.join(', ')})`),
      weight: 5,
    },
    fc
      .tuple(tie('expression'), tie('expression'))
      .map(([list, body]) => `$map(${list}, function($v, $i) { ${body} & $v })`),
    fc
      .tuple(tie('expression'), tie('expression'))
      .map(([list, body]) => `$reduce(${list}, function($a, $b) { ${body} })`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `${a}[${b}]`),
    fc
      .tuple(tie('expression'), tie('expression'), tie('expression'))
      .map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `{ ${a}: ${b} }`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `${a}{ $string($): ${b} }`),
    fc.array(tie('expression'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `${a}^(${b})`),
    tie('expression').map((body) => `($f := function($n) { $n > 0 ? ${body} & $f($n - 1) : 0 }; $f(100000))`),
    tie('expression').map((body) => `($f := function($n) { $f($n + 1) & ${body} }; $f(1))`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a} ~> | ${b} | {"a": 1} |)`),
  ),
}));

const wounded = fc.oneof(
  { arbitrary: grammar.expression, weight: 8 },
  { arbitrary: fc.string({ maxLength: 60 }), weight: 1 },
  {
    arbitrary: grammar.expression.chain((text) => fc.nat(text.length).map((at) => text.slice(0, at))),
    weight: 1,
  },
  {
    arbitrary: fc.constantFrom(
      '('.repeat(5000),
      `${'('.repeat(150)}1${')'.repeat(150)}`,
      `${'-'.repeat(200)}1`,
      `${'$not('.repeat(100)}1${')'.repeat(100)}`,
      '['.repeat(5000),
      `"${'\\u0041'.repeat(10_000)}"`,
      `${'a.'.repeat(3000)}a`,
      `${'PatientName['.repeat(100)}0${']'.repeat(100)}`,
      '$pad("a", 1000000)',
      '$pad("a", 300000000)',
      `${'1+'.repeat(3000)}1`,
      `${'PatientName['.repeat(1000)}0${']'.repeat(1000)}`,
      '$distinct([1..10000].{"a": $})',
      '$sort([1..30000], function($a, $b) { $a < $b })',
      '[1..30000]^(-$)',
      '[1..100000]{"a": $}',
      '$reduce([1..50000], function($a, $i) { $append($a, $i) })',
      '$reduce([1..50000], function($a, $i) { [$a, $i] })',
      '$reduce([1..24], function($a, $i) { $a & $a }, "aaaaaaaa")',
      '$string($reduce([1..40], function($a, $i) { [[$a, $a]] }, [1]))',
      '($l := [1..100000]; $filter($l, function($v) { $v in $l }))',
      '($l := [1..100000]; $l[$l ? true : false])',
      '$replace($pad("a", 20000, "a"), /a(.*b)?/, "x")',
      '$replace($pad("a", 100000, "a"), "a", $pad("b", 100000, "b"))',
      '$toMillis($pad("x", 100, "one "), "[YW][MW][DW][HW][mW]")',
      '$join($map([1..100000], function($i) { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }))',
      '($f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; $f("aaaaaaaa", 14))',
      '$reduce([1..14], function($a, $i) { $a & $a }, "aaaaaaaa")',
      '$reduce([1..14], function($a, $i) { $append($a, $a) }, [1])',
      '[1..1000].([1..1000])',
      '[1..1000].([1..1000].([1..1000]))',
      '$map([1..100000], $string)',
      '$zip([1..100000], [1..100000])',
      '$distinct([1..5000])',
      '$split(StudyDescription, "")',
      '$replace(StudyDescription, /(a*)*b/, "x")',
      '$match(StudyDescription, /a/)',
      '$formatNumber(1, "#".$pad("", 100000, "#"))',
      '$formatInteger(1e300, "w")',
      '$formatInteger(1e300, "I")',
      '$power(10, 400)',
      '$fromMillis(1e300)',
      '$toMillis("x", "[Y0001]-[M01]")',
      '$base64decode("%%%")',
      '$decodeUrl("%")',
      '$merge([{"__proto__": {"polluted": true}}])',
      '{"__proto__": {"polluted": true}}',
      '$spread({"constructor": 1})',
      '$lookup($source, "__proto__").polluted',
      '$source.constructor.constructor("return 1")()',
      'PatientName.toString()',
      '$string.constructor',
    ),
    weight: 2,
  },
);

const jsonataExpressions = target({
  inputs: fc.record({
    text: wounded,
    kind: fc.constantFrom('value' as const, 'between' as const, 'items' as const),
  }),
  check: ({ text, kind }) => evaluateJsonata(text, kind),
  // The engine's own bound, a million steps, takes half a second to one where the machine is quick.
  limit: 2,
});

async function evaluateJsonata(text: string, kind: 'value' | 'between' | 'items'): Promise<Verdict> {
  const compiled = compileExpression(text, NAMES, kind);
  if ('faults' in compiled) return explained(compiled.faults);
  return verdictOf(async () => {
    const result = await compiled.plan.evaluate(compiled.plan.view(INPUT), VALUES);
    const size = JSON.stringify(result)?.length ?? 0;
    if (size > 64 * 1024 * 1024) throw new RangeError(`a result of ${size} characters`);
  });
}

export function explained(faults: readonly { readonly code: string; readonly message: string }[]): Verdict {
  if (faults.length === 0) throw new Error('refused without a fault');
  for (const { message } of faults) reasonable(message);
  return 'refused';
}

const pathLeaf = fc.constantFrom(
  'name',
  'name.given',
  'identifier',
  'identifier.value',
  'birthDate',
  'contact.name.family',
  "'a'",
  '1',
  '1.5',
  '{}',
  'true',
  '@2024-01-01',
  '4 days',
  '%settings.zone',
  '%source.url',
  '$this',
  'descendants()',
  'children()',
);
const PATH_FUNCTIONS =
  `exists empty all where select repeat count distinct first last tail skip take single union combine iif
  toInteger toDecimal toString toDateTime indexOf substring startsWith endsWith contains upper lower replace matches replaceMatches
  length trace now ofType as is not abs power sqrt resolve memberOf extension aggregate split join encode`.split(
    /\s+/,
  );

const pathGrammar = fc.letrec<Grammar>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    { arbitrary: pathLeaf, weight: 3 },
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom(
          '+',
          '-',
          '*',
          '/',
          'div',
          'mod',
          '&',
          '=',
          '~',
          '!=',
          '<',
          '>',
          '|',
          'and',
          'or',
          'xor',
          'implies',
          'in',
          'is',
          'as',
        ),
        tie('expression'),
      )
      .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom(...PATH_FUNCTIONS),
        fc.array(tie('expression'), { maxLength: 2 }),
      )
      .map(([a, name, parameters]) => `${a}.${name}(${parameters.join(', ')})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `${a}[${b}]`),
    tie('expression').map((a) => `-(${a})`),
  ),
}));

const PERSON = {
  resourceType: 'Patient',
  name: Array.from({ length: 30 }, (_, index) => ({ family: `f${index}`, given: ['a'.repeat(50), 'b'] })),
  identifier: [{ system: 's', value: 'v' }],
  birthDate: '1970-01-02',
} as unknown as FhirElement;

const fhirPaths = target({
  inputs: fc.oneof(
    { arbitrary: pathGrammar.expression, weight: 8 },
    { arbitrary: fc.string({ maxLength: 60 }), weight: 1 },
    {
      arbitrary: pathGrammar.expression.chain((text) => fc.nat(text.length).map((at) => text.slice(0, at))),
      weight: 1,
    },
    {
      arbitrary: fc.constantFrom(
        `${'('.repeat(1000)}1${')'.repeat(1000)}`,
        `${'not('.repeat(500)}true${')'.repeat(500)}`,
        `name${'.first()'.repeat(500)}`,
        `1${' + 1'.repeat(1000)}`,
        `1${' + 1'.repeat(4000)}`,
        `${'-'.repeat(500)}1`,
        'name.repeat($this)',
        'name.repeat(given | family)',
        'descendants().descendants().descendants().count()',
        "name.given.matches('(a+)+$')",
        "name.given.replaceMatches('(a+)+$', 'x')",
        "name.given.matches('((a{1,30}){1,30}){1,30}')",
        "name.given.matches('(?=a)')",
        'name.select(given | given | given | given).select($this | $this)',
        "name.aggregate($this & $total & $total, 'a')",
        "'a'.replace('', 'b')",
        '__proto__',
        'constructor',
        'name.constructor',
        '%settings.__proto__',
        '1.power(100000)',
        `'${'\\u0041'.repeat(5000)}'`,
      ),
      weight: 1,
    },
  ),
  check(text) {
    const compiled = compilePath(text, 'Patient', NAMES);
    if ('faults' in compiled) return explained(compiled.faults);
    return verdictOf(() => compiled.evaluate(PERSON, VALUES));
  },
});

export const expressionTargets = {
  JSONata: jsonataExpressions,
  FHIRPath: fhirPaths,
};
