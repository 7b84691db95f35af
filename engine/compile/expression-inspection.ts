/**
 * What a JSONata expression reads: its syntax tree comes in; the attributes at the root of the dataset, the names that it
 * uses, and everything that cannot be right, with its place in the text, go out. JSONata itself would answer a misspelt
 * name with silence.
 */
import { suggest } from '../diagnostic.ts';
import { attributeByKeyword, keywords } from '../dicom/dictionary.ts';
import { isQueryOnly, isSameWord, keywordFor } from '../dicom/keyword-notes.ts';
import { functionNames, isBuiltIn, isFunctionName, REFUSED_FUNCTIONS } from './expression-functions.ts';
import { childNodes, isNode, isPlainName, parentFault, type SyntaxNode } from './expression-nodes.ts';
import type { ExpressionFault } from './findings.ts';
import { ATTRIBUTES, type KnownNames, memberFault, tableNamed } from './operand.ts';
import { patternFault } from './regex.ts';

export interface ExpressionReads {
  /** Attributes that are read at the root of the dataset. */
  readonly keywords: readonly string[];
  /** Names from outside the expression. */
  readonly names: readonly string[];
  /** The same, with members where they are known: `settings.zone`, `patientSystem`. */
  readonly uses: readonly string[];
  /** True where it gives items of a sequence. */
  readonly givesDatasets: boolean;
  readonly faults: readonly ExpressionFault[];
}

/** What names stand for at a place: attributes of the dataset, of a sequence item, groups of a PN, or anything. */
type Place = 'dataset' | 'item' | 'name' | 'anything';

/** Variables that the expression binds itself: those bound so far, and all that its frame will bind. */
interface Frame {
  readonly bound: Set<string>;
  readonly later: ReadonlySet<string>;
  readonly parent?: Frame;
  readonly isFunction?: boolean;
}

const NAME_GROUPS = ['Alphabetic', 'Ideographic', 'Phonetic'];

/** Walks the tree of `text`. */
export function inspectExpression(ast: SyntaxNode, text: string, known: KnownNames): ExpressionReads {
  const keywordsRead = new Set<string>();
  const namesUsed = new Set<string>();
  const uses = new Set<string>();
  const faults: ExpressionFault[] = [];

  const fault = (
    node: SyntaxNode,
    length: number,
    code: string,
    message: string,
    more: Partial<ExpressionFault> = {},
  ): void => {
    const end = node.position ?? text.length;
    faults.push({ code, message, start: Math.max(0, end - length), end: Math.max(end, 1), ...more });
  };

  // Looked for once, however often the name stands there.
  const spelt = new Map<string, string | undefined>();
  const closeTo = (name: string): string | undefined => {
    if (!spelt.has(name)) spelt.set(name, suggest(name, keywords()));
    return spelt.get(name);
  };

  /** A name at a place where it is an attribute; gives what names behind it stand for. */
  const attribute = (node: SyntaxNode, place: Place): Place => {
    const name = String(node.value);
    const written = text[(node.position ?? 0) - 1] === '`' ? name.length + 2 : name.length;
    if (place === 'anything') return 'anything';
    if (place === 'name') {
      if (!NAME_GROUPS.includes(name)) {
        const hint = `A PN has ${NAME_GROUPS.join(', ')}; $humanName() takes it apart.`;
        fault(node, written, 'unknown-attribute', `a person name has no part ${name}`, { hint });
      }
      return 'anything';
    }
    // Attributes that no dictionary has are seen by their tag, in items only.
    if (place === 'item' && name.startsWith('(')) return 'anything';
    const found = attributeByKeyword(name);
    if (!found) {
      const today = keywordFor(name);
      const close = today ?? closeTo(name);
      const more = close ? { suggestion: close } : { hint: attributeHint(name) };
      const code = today && !isSameWord(name, today) ? 'retired-keyword' : 'unknown-attribute';
      fault(node, written, code, `there is no DICOM attribute ${name}`, more);
      return 'anything';
    }
    if (isQueryOnly(name)) {
      const message = `${name} exists in queries only: no stored instance has it`;
      fault(node, written, 'query-only-attribute', message, { hint: QUERY_HINT });
    }
    if (place === 'dataset') keywordsRead.add(name);
    return found.vrs.includes('SQ') ? 'item' : found.vrs.includes('PN') ? 'name' : 'anything';
  };

  const wholeDataset = (node: SyntaxNode, length: number, what: string, hint?: string): void => {
    const more = { hint: hint ?? 'Name the attributes that the expression reads.' };
    fault(node, length, 'whole-dataset', what, more);
  };

  /** `next` is the step behind the variable, if it is a name. */
  const variable = (
    node: SyntaxNode,
    place: Place,
    frame: Frame,
    isCalled: boolean,
    next?: SyntaxNode,
  ): void => {
    const name = String(node.value);
    const length = name.length + 1;
    if (name === '' || name === '$') {
      if (name === '' && place !== 'dataset') return;
      const alone = next && `Write ${next.value} alone.`;
      const bind = next && `Bind it before: ($outer := ${next.value}; …), and use $outer here.`;
      const what = `$${name} is the whole dataset, which is never read as one`;
      wholeDataset(node, length, what, place === 'dataset' ? alone : bind);
    } else if (isOwn(name, frame)) {
      return;
    } else if (known.has(name)) {
      namesUsed.add(name);
      const isDataset = known.get(name) === ATTRIBUTES;
      const wrong = next && !isDataset ? memberFault(known, '$', name, String(next.value)) : undefined;
      if (next && wrong) {
        const { code, message, ...more } = wrong;
        fault(next, String(next.value).length, code, message, more);
      }
      uses.add(next && known.get(name) && !tableNamed(known, name) ? `${name}.${next.value}` : name);
    } else if (Object.hasOwn(REFUSED_FUNCTIONS, name)) {
      fault(node, length, 'unknown-function', `$${name} cannot be used: ${REFUSED_FUNCTIONS[name]}`);
    } else if (!isFunctionName(name)) {
      unknown(node, name, frame, isCalled);
    }
  };

  /** What names behind a variable stand for. */
  const placeOf = ({ value }: SyntaxNode, frame: Frame): Place => {
    const name = String(value);
    return known.get(name) === ATTRIBUTES && !isOwn(name, frame) ? 'item' : 'anything';
  };

  const unknown = (node: SyntaxNode, name: string, frame: Frame, isCalled: boolean): void => {
    const functions = functionNames();
    const own = ownNames(frame);
    const close = suggest(name, isCalled ? [...functions, ...own] : [...known.keys(), ...own, ...functions]);
    const isAttribute = attributeByKeyword(name) !== undefined;
    const other = isAttribute
      ? { hint: `Attributes stand without $: ${name}.` }
      : {
          hint: isCalled
            ? 'mappings/functions.md lists what there is.'
            : `Names here: ${[...known.keys()].map((each) => `$${each}`).join(', ')}.`,
        };
    fault(
      node,
      name.length + 1,
      isCalled ? 'unknown-function' : 'unknown-variable',
      `there is no ${isCalled ? 'function' : 'variable'} $${name}`,
      close && !isAttribute ? { suggestion: `$${close}` } : other,
    );
  };

  const walk = (node: SyntaxNode, place: Place, frame: Frame): Place => {
    const after = step(node, place, frame);
    // Predicates and groupings look into what stands before them.
    for (const stage of [...childNodes(node['predicate']), ...childNodes(node['stages'])]) {
      if (isNode(stage['expr'])) walk(stage['expr'], after, frame);
    }
    if (node.type !== 'path') walkAll(groupOf(node), after, frame);
    return after;
  };

  const walkAll = (value: unknown, place: Place, frame: Frame): void => {
    for (const node of childNodes(value)) walk(node, place, frame);
  };

  /** The node without its predicates; gives what names behind it stand for. */
  const step = (node: SyntaxNode, place: Place, frame: Frame): Place => {
    switch (node.type) {
      case 'name':
        return attribute(node, place);
      case 'variable':
        variable(node, place, frame, false);
        return node.value === '' ? place : placeOf(node, frame);
      case 'wildcard':
      case 'descendant':
        if (place === 'dataset') {
          wholeDataset(
            node,
            String(node.value).length,
            `${node.value} reads the whole dataset, which is never read as one`,
          );
        }
        return 'anything';
      case 'parent':
        faults.push(parentFault(text));
        return 'anything';
      case 'regex':
        inspectPattern(node);
        return 'anything';
      case 'path':
        return walkPath(node, place, frame);
      case 'sort':
        for (const { expression } of node['terms'] as readonly { readonly expression: SyntaxNode }[])
          walk(expression, place, frame);
        return place;
      case 'function':
      case 'partial':
        walkCall(node, place, frame, false);
        return 'anything';
      case 'apply':
        walkApply(node, place, frame);
        return 'anything';
      case 'transform':
        for (const key of ['pattern', 'update', 'delete']) walkAll(node[key], 'anything', frame);
        return 'anything';
      case 'block': {
        const inner: Frame = { bound: new Set(), later: bindsOf(node['expressions']), parent: frame };
        walkAll(node['expressions'], place, inner);
        return 'anything';
      }
      case 'bind':
        walkAll(node['rhs'], place, frame);
        frame.bound.add(String((node['lhs'] as SyntaxNode).value));
        return 'anything';
      case 'lambda': {
        const parameters = childNodes(node['arguments']).map(({ value }) => String(value));
        const inner: Frame = {
          bound: new Set(parameters),
          later: bindsOf(node['body']),
          parent: frame,
          isFunction: true,
        };
        walkAll(node['body'], place, inner);
        return 'anything';
      }
      default:
        for (const [key, child] of Object.entries(node)) if (!BESIDE.has(key)) walkAll(child, place, frame);
        return 'anything';
    }
  };

  const walkPath = (node: SyntaxNode, place: Place, frame: Frame): Place => {
    const steps = node['steps'] as readonly SyntaxNode[];
    const bound = steps.flatMap(({ focus, index, stages }) => [
      ...[focus, index].filter((name) => typeof name === 'string'),
      ...childNodes(stages).flatMap((stage) => (stage.type === 'index' ? [String(stage.value)] : [])),
    ]);
    const inner =
      bound.length > 0 ? { bound: new Set(bound), later: new Set<string>(), parent: frame } : frame;
    let at = place;
    steps.forEach((part, index) => {
      const next = steps[index + 1];
      const isMember = part.type === 'variable' && index === 0 && next?.type === 'name' && !part['predicate'];
      if (isMember && !(part.value === '' && place !== 'dataset')) {
        variable(part, at, inner, false, next);
        at = placeOf(part, inner);
      } else {
        at = walk(part, at, inner);
      }
    });
    walkAll(groupOf(node), at, inner);
    return at;
  };

  const walkCall = (node: SyntaxNode, place: Place, frame: Frame, isChained: boolean): void => {
    const procedure = node['procedure'] as SyntaxNode;
    const given = childNodes(node['arguments']);
    if (procedure.type === 'variable') {
      variable(procedure, place, frame, true);
      const name = String(procedure.value);
      const isJsonata = isBuiltIn(name) && !isOwn(name, frame) && !known.has(name);
      if (isJsonata && given.length === 0 && place === 'dataset' && !isChained) {
        const what = `$${name}() without an argument works on the whole dataset`;
        wholeDataset(procedure, name.length + 1, what, `Write what it works on: $${name}(PatientID).`);
      }
      if (isJsonata && name === 'toMillis') inspectPicture(procedure, given[isChained ? 0 : 1]);
    } else if (!isPlainName(procedure)) {
      walk(procedure, place, frame);
    }
    for (const argument of given) walk(argument, place, frame);
  };

  /** Parts of a date that are not in the picture are those of today. */
  const inspectPicture = (procedure: SyntaxNode, picture: SyntaxNode | undefined): void => {
    if (!picture || (picture.type === 'string' && /\[[YX]/.test(String(picture.value)))) return;
    fault(
      procedure,
      'toMillis'.length + 1,
      'unknown-function',
      '$toMillis without a year in its picture reads the clock',
      {
        hint: 'Give a picture in quotes with all parts of the date, such as "[Y0001][M01][D01]".',
      },
    );
  };

  const walkApply = (node: SyntaxNode, place: Place, frame: Frame): void => {
    walk(node['lhs'] as SyntaxNode, place, frame);
    const right = node['rhs'] as SyntaxNode;
    if (right.type === 'variable') variable(right, place, frame, true);
    else if (right.type === 'function') walkCall(right, place, frame, true);
    else walk(right, place, frame);
  };

  const inspectPattern = (node: SyntaxNode): void => {
    const { source } = node.value as RegExp;
    const wrong = patternFault(node.value as RegExp);
    if (!wrong) return;
    // The position of a regular expression is behind its flags.
    const end = text.lastIndexOf(`${source}/`, node.position) + source.length + 1;
    fault(
      { ...node, position: end },
      source.length + 2,
      wrong.code,
      wrong.message,
      wrong.hint ? { hint: wrong.hint } : {},
    );
  };

  const gives = walk(ast, 'dataset', { bound: new Set(), later: bindsOf(ast) });
  return {
    keywords: [...keywordsRead],
    names: [...namesUsed],
    uses: [...uses],
    givesDatasets: gives === 'item',
    faults: firstOfEach(faults),
  };
}

/** What to read instead of an attribute that only answers to queries have. */
export const QUERY_HINT =
  'What it counts or lists can be derived from the resource: derive: series.count(), series.modality.distinct().';

/** What people mean by a word that is no attribute. */
function attributeHint(name: string): string {
  return /^(?:undefined|none|nil|NULL|Null)$/.test(name)
    ? 'What is absent is asked for by $exists(…): $not($exists(PatientID)).'
    : 'Attributes stand by keyword, such as PatientID; texts stand in quotes.';
}

/** Keys that are walked by `walk`, or hold no code. */
const BESIDE = new Set(['predicate', 'stages', 'group', 'ancestor', 'slot', 'tuple', 'focus', 'index']);

/** A misspelt name that stands several times in one expression is one finding. */
function firstOfEach(faults: readonly ExpressionFault[]): readonly ExpressionFault[] {
  const seen = new Set<string>();
  return faults
    .toSorted((a, b) => a.start - b.start)
    .filter(({ code, message }) => seen.size < seen.add(`${code} ${message}`).size);
}

function isOwn(name: string, frame: Frame): boolean {
  let isDeferred = false;
  for (let at: Frame | undefined = frame; at; at = at.parent) {
    // The body of a function runs later, when its frame has bound everything.
    if (at.bound.has(name) || (isDeferred && at.later.has(name))) return true;
    isDeferred ||= at.isFunction === true;
  }
  return false;
}

function ownNames(frame: Frame): readonly string[] {
  return [...frame.bound, ...(frame.parent ? ownNames(frame.parent) : [])];
}

/** Names that `:=` binds in the frame of these nodes: not those in blocks and functions inside. */
function bindsOf(value: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'bind') names.add(String((node['lhs'] as SyntaxNode).value));
    if (node.type === 'block' || node.type === 'lambda') return;
    for (const child of Object.values(node)) for (const inner of childNodes(child)) visit(inner);
  };
  for (const node of childNodes(value)) visit(node);
  return names;
}

/** Keys and values of `{…}` behind an expression. */
function groupOf(node: SyntaxNode): unknown {
  return (node['group'] as { readonly lhs?: unknown } | undefined)?.lhs;
}
