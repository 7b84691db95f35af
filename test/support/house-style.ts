/**
 * The rules of design section 1 about what stands in a file, as functions: a map of paths to texts comes in, one line for
 * each breach goes out, `path:line what`, empty when the house is in order.
 */
import type { Tree } from './architecture.ts';
import { codeOnly, withoutComments } from './source-text.ts';

const MAX_LINES = 400;
const MAX_FUNCTION_LINES = 80;

/** Words of FHIR's protocol and conformance, and plain English: the engine may use them. */
const PLAIN_WORDS = new Set(
  `Account Appointment Basic Binary Bundle CapabilityStatement Claim CodeSystem Communication Composition
  CompartmentDefinition ConceptMap Condition Consent Contract Coverage Evidence Flag Goal GraphDefinition Group
  ImplementationGuide Invoice Library Linkage List Location Measure Media Medication MessageDefinition MessageHeader
  NamingSystem OperationDefinition OperationOutcome Parameters Person Procedure Provenance Questionnaire Schedule
  SearchParameter Slot Specimen StructureDefinition StructureMap Subscription Substance Task TerminologyCapabilities
  TestReport TestScript ValueSet`.split(/\s+/),
);

/** The names among `types` that cannot be taken for another word. */
export function unmistakableTypes(types: readonly string[]): readonly string[] {
  return types.filter((type) => !PLAIN_WORDS.has(type));
}

/** No FHIR resource type is named outside engine/fhir and engine/sandbox, be it in code, in a string or in a comment. */
export function resourceTypesNamed(tree: Tree, types: readonly string[]): readonly string[] {
  const pattern = new RegExp(`(?<![\\w$])(?:${unmistakableTypes(types).join('|')})(?![\\w$])`, 'g');
  return inLines(tree, /^engine\/(?!fhir\/|sandbox\/).*\.ts$/, (line) =>
    [...new Set(line.match(pattern))].map((type) => `names ${type}`),
  );
}

/** What a pure file must not touch: the clock, chance, the process, the network, the console. */
const IMPURE: readonly RegExp[] = [
  /\bDate\.now\b/g,
  /\bDate\(\s*\)/g,
  /\bTemporal\.Now\b/g,
  /(?<![.\w$])performance\b/g,
  /\bMath\.random\b/g,
  /\brandom(?:UUID|Bytes|Int|Fill|FillSync)\b/g,
  /\bgetRandomValues\b/g,
  /(?<![.\w$])process\.\w+/g,
  /(?<![.\w$])fetch\s*\(/g,
  /(?<![.\w$])console\b/g,
  /(?<![.\w$])set(?:Timeout|Interval|Immediate)\b/g,
];

/** Outside io, sandbox and cli nothing reads the clock, throws dice or reaches out past the ports. */
export function impureCode(tree: Tree): readonly string[] {
  return inLines(
    tree,
    /^engine\/(?!io\/|sandbox\/|cli\/).*\.ts$/,
    (line) => IMPURE.flatMap((pattern) => line.match(pattern) ?? []).map((what) => `uses ${what}`),
    codeOnly,
  );
}

/** compile, apply, io and flow do not know that there is a sandbox. */
export function sandboxKnown(tree: Tree): readonly string[] {
  return inLines(
    tree,
    /^engine\/(?:(?:compile|apply|io)\/.*|pipeline|window|pause|poller|redrive|turns|followers)\.ts$/,
    (line) => (/\bsandbox\b/i.test(line) ? ['speaks of the sandbox'] : []),
    withoutComments,
  );
}

/** No type check is switched off, and no text becomes code. */
export function uncheckedCode(tree: Tree): readonly string[] {
  return [
    ...inLines(
      tree,
      /^engine\/.*\.ts$/,
      (line) =>
        (line.match(/\bas any\b|(?<![.\w$])eval\(|\bnew Function\b/g) ?? []).map((what) => `uses ${what}`),
      codeOnly,
    ),
    ...inLines(tree, /^engine\/.*\.ts$/, (line) =>
      (line.match(/@ts-(?:ignore|nocheck|expect-error)/g) ?? []).map((what) => `uses ${what}`),
    ),
  ];
}

/** Files of the engine and of its tests stay short enough to be read in one go. */
export function longFiles(tree: Tree): readonly string[] {
  return [...tree]
    .filter(([path]) => /^(?:engine|test|bench|schemas)\/.*\.ts$/.test(path))
    .map(([path, text]) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > MAX_LINES)
    .map(({ path, lines }) => `${path} has ${lines} lines, more than ${MAX_LINES}`);
}

const FUNCTION_START =
  /^( {2})?(?:export )?(?:(?:async )?function\*? ([\w$]+)|const ([\w$]+) = (?:async )?(?:function\b.*|[(<].*=>) \{$)/;

/**
 * Functions of the engine stay short, as far as indentation tells: those at the margin and those one step in. The lines of
 * an inner function count for it alone, for an outer one can be no more than the home of their state; a `create…` function
 * is just that, and what it returns is not measured.
 */
export function longFunctions(tree: Tree): readonly string[] {
  const breaches: string[] = [];
  for (const [path, text] of tree) {
    if (!/^engine\/.*\.ts$/.test(path)) continue;
    const lines = text.split('\n');
    let innerLines = 0;
    // From the end, so that inner functions are known before the outer one that begins above them.
    for (let index = lines.length - 1; index >= 0; index--) {
      const [match, indent = '', named, bound] = FUNCTION_START.exec(lines[index] ?? '') ?? [];
      if (match === undefined) continue;
      const end = lines.findIndex(
        (line, at) => at > index && (line === `${indent}}` || line === `${indent}};`),
      );
      const length = end - index + 1 - (indent === '' ? innerLines : 0);
      innerLines = indent === '' ? 0 : innerLines + Math.max(0, length);
      if (length > MAX_FUNCTION_LINES && !(named ?? bound)?.startsWith('create')) {
        const where = `${path}:${index + 1} ${named ?? bound}`;
        breaches.push(`${where} has ${length} lines of its own, more than ${MAX_FUNCTION_LINES}`);
      }
    }
  }
  return breaches;
}

/** Each engine file opens with a doc comment; EngineError is the only class; no file or export has an empty name. */
export function styleBreaches(tree: Tree): readonly string[] {
  const vague = /(?:Manager|Helper|Service|Processor|Utils?)s?$/;
  const breaches: string[] = [];
  for (const [path, text] of tree) {
    if (!/^engine\/.*\.ts$/.test(path)) continue;
    if (!/^(?:#!.*\n)?\/\*\*/.test(text)) breaches.push(`${path} does not open with a doc comment`);
    const code = codeOnly(text);
    for (const [, name = ''] of code.matchAll(/\bclass\s+([\w$]+)/g)) {
      if (name !== 'EngineError') breaches.push(`${path} has the class ${name}`);
    }
    const names = [
      ...code.matchAll(/^(?:export )?(?:async )?(?:function|const|interface|type)\s+([\w$]+)/gm),
    ];
    const stem = (path.split('/').at(-1) ?? '').replace(/\.ts$/, '');
    const words = [stem.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())];
    for (const name of [...words, ...names.map((match) => match[1] ?? '')]) {
      if (vague.test(name)) breaches.push(`${path}: the name ${name} says nothing`);
    }
  }
  return breaches;
}

/** Every suite of a test file is run, and none runs a part of its tests only. */
export function idleSuites(tree: Tree): readonly string[] {
  const breaches: string[] = [];
  for (const [path, text] of tree) {
    if (!/^test\/.*\.test\.ts$/.test(path)) continue;
    const code = codeOnly(text);
    const suites = [...code.matchAll(/\bconst ([\w$]+) = suite\b/g)].map((match) => match[1] ?? '');
    for (const name of suites) {
      if (!code.includes(`${name}.run()`)) breaches.push(`${path} never calls ${name}.run()`);
    }
    if (suites.length === 0 && !/\.run\(\)/.test(code)) breaches.push(`${path} never calls run()`);
    if (/\.only\(/.test(code)) breaches.push(`${path} runs a part of its tests only`);
  }
  return breaches;
}

/**
 * The file map of engine/README.md, lines of the form "- `compile/yaml-source.ts` what it is for" with paths relative to
 * engine/, names every TypeScript file of the engine once, with some words, and no other.
 */
export function fileMapBreaches(tree: Tree): readonly string[] {
  const page = 'engine/README.md';
  const text = tree.get(page);
  if (text === undefined) return [`${page} is missing`];
  const files = [...tree.keys()].filter((path) => /^engine\/.*\.ts$/.test(path));
  const breaches: string[] = [];
  const told = new Set<string>();
  for (const [, path = '', words = ''] of text.matchAll(/^\s*[-*] `([^`\s]+\.ts)`(.*)$/gm)) {
    const file = `engine/${path}`;
    if (!tree.has(file)) breaches.push(`${page} names ${path}, which does not exist`);
    if (told.has(file)) breaches.push(`${page} names ${path} twice`);
    if (!/\w{3}/.test(words)) breaches.push(`${page} says nothing about ${path}`);
    told.add(file);
  }
  for (const file of files) if (!told.has(file)) breaches.push(`${page} does not name ${file.slice(7)}`);
  return breaches;
}

function inLines(
  tree: Tree,
  paths: RegExp,
  check: (line: string) => readonly string[],
  view: (text: string) => string = (text) => text,
): readonly string[] {
  return [...tree]
    .filter(([path]) => paths.test(path))
    .flatMap(([path, text]) =>
      view(text)
        .split('\n')
        .flatMap((line, index) => check(line).map((what) => `${path}:${index + 1} ${what}`)),
    );
}
