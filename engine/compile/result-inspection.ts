/**
 * What a JSONata expression can give: its syntax tree and the FHIR element that it is written to come in; what can never be
 * right there, with its place in the text, goes out. Only what is certain is a fault: whatever depends on the dataset is
 * left to the run.
 */
import { suggest } from '../diagnostic.ts';
import { attributeByKeyword } from '../dicom/dictionary.ts';
import { childrenOf, type ElementDefinition } from '../fhir/elements.ts';
import { isPrimitiveType, primitiveFault } from '../fhir/primitives.ts';
import {
  attributeOf,
  childNodes,
  isAttribute,
  keywordsIn,
  type SyntaxNode,
  spanOf,
} from './expression-nodes.ts';
import type { ExpressionFault } from './findings.ts';
import {
  ALWAYS_THERE,
  FUNCTION_KINDS,
  KIND_WORDS,
  type Kind,
  literalKind,
  OPERATOR_KINDS,
} from './result-kinds.ts';
import { codeFault, namesOf, type ParsedTarget } from './target.ts';

/** The element that an expression is written to. */
export interface ResultTarget {
  /** As findings call it: `identifier`. */
  readonly name: string;
  readonly type: string;
  /** True where it takes a list. */
  readonly several: boolean;
  readonly codes?: readonly string[];
  /** True where `where(…)` supplies children that the expression need not give. */
  readonly isPartial?: boolean;
  /** True where text of it is an address, although its type is not: `Reference.reference`. */
  readonly isAddress?: boolean;
  /** True for the value of an identifier, by which resources are told apart. */
  readonly isIdentifier?: boolean;
}

const ADDRESSES: ReadonlySet<string> = new Set(['id', 'uri', 'url', 'canonical', 'oid', 'uuid']);
const TIMES: ReadonlySet<string> = new Set(['date', 'dateTime', 'instant', 'time']);
const NUMBERS: ReadonlySet<string> = new Set(['decimal', 'integer', 'unsignedInt', 'positiveInt']);
const NUMBER_VRS: ReadonlySet<string> = new Set('IS DS FL FD SL SS SV UL US UV'.split(' '));
/** Names that always have a value. */
const NAMES_ALWAYS_THERE: ReadonlySet<string> = new Set(['settings', 'source', 'entry', 'index']);
/** They spell a text in another way, and give nothing where there is none. */
const SPELLINGS: ReadonlySet<string> = new Set(['uppercase', 'lowercase', 'trim']);

function isAny(_: SyntaxNode): boolean {
  return true;
}

function isAttributePath(node: SyntaxNode): boolean {
  return attributeOf(node) !== undefined;
}

/** The element that a rule with this `to` writes. */
export function resultTarget({ plan, elements, last }: ParsedTarget): ResultTarget {
  const codes = elements.at(-1)?.codes;
  return {
    name: last.text,
    type: plan.type,
    several: plan.several,
    isPartial: plan.steps.at(-1)?.where !== undefined,
    isAddress: elements.at(-2)?.type === 'Reference' && last.text === 'reference',
    isIdentifier: elements.at(-2)?.type === 'Identifier' && last.text === 'value',
    ...(codes ? { codes } : {}),
  };
}

/** The attributes that conditions speak of. */
export function keywordsOf(...conditions: readonly (string | undefined)[]): ReadonlySet<string> {
  return new Set(conditions.flatMap((condition) => condition?.match(/\b[A-Z]\w+/g) ?? []));
}

/** `certain`: attributes that are there whenever the expression runs, since a condition asks for them. */
export function inspectResult(
  ast: SyntaxNode,
  text: string,
  target: ResultTarget,
  certain: ReadonlySet<string>,
): readonly ExpressionFault[] {
  const faults: ExpressionFault[] = [];
  const add = (node: SyntaxNode, fault: Omit<ExpressionFault, 'start' | 'end'>): void => {
    faults.push({ ...fault, ...spanOf(node, text) });
  };
  const mismatch = (node: SyntaxNode, what: string, want: ResultTarget, hint = wantedHint(want)): void =>
    add(node, {
      code: 'result-type',
      message: `${what}, and ${want.name} is ${article(want.type)}`,
      hint,
    });

  const give = (node: SyntaxNode, want: ResultTarget, known: ReadonlySet<string>): void => {
    const kind = kindOf(want.type);
    switch (node.type) {
      case 'block': {
        const last = childNodes(node['expressions']).at(-1);
        if (last) give(last, want, known);
        return;
      }
      case 'condition': {
        const asked = new Set([...known, ...keywordsIn(node['condition'])]);
        for (const branch of [...childNodes(node['then']), ...childNodes(node['else'])])
          give(branch, want, asked);
        return;
      }
      case 'bind':
        for (const value of childNodes(node['rhs'])) give(value, want, known);
        return;
      case 'string':
      case 'number':
        literal(node, want);
        return;
      case 'value':
        if (typeof node.value === 'boolean') literal(node, want);
        return;
      case 'unary':
        if (node.value === '{') object(node, want, known);
        if (node.value === '[') list(node, want, known);
        return;
      case 'path':
        path(node, want, known);
        return;
      case 'binary': {
        const given = OPERATOR_KINDS[String(node.value)];
        if (given && given !== kind) mismatch(node, `${node.value} gives ${KIND_WORDS[given]}`, want);
        else if (node.value !== '&') return;
        else if (want.isAddress || ADDRESSES.has(want.type)) operands(node, known);
        else if (want.isIdentifier) operands(node, known, isAttributePath);
        return;
      }
      case 'function': {
        const procedure = node['procedure'] as SyntaxNode;
        const given = procedure.type === 'variable' ? FUNCTION_KINDS[String(procedure.value)] : undefined;
        if (given && given !== kind)
          mismatch(procedure, `$${procedure.value} gives ${KIND_WORDS[given]}`, want);
        else if (SPELLINGS.has(String(procedure.value)))
          for (const spelt of childNodes(node['arguments']).slice(0, 1)) give(spelt, want, known);
        return;
      }
      default:
        return;
    }
  };

  const literal = (node: SyntaxNode, want: ResultTarget): void => {
    if (!isPrimitiveType(want.type)) {
      mismatch(node, `this is ${KIND_WORDS[literalKind(node.value)]}`, want);
      return;
    }
    // A text of blanks counts as absent.
    if (typeof node.value === 'string' && node.value.trim() === '') return;
    const fault = primitiveFault(want.type, node.value);
    if (fault) {
      // What is only in quotes by mistake.
      const bare = typeof node.value === 'string' && /^(?:true|false|-?\d+(?:\.\d+)?)$/.test(node.value);
      const isQuoted = bare && kindOf(want.type) !== 'text';
      const hint = isQuoted ? 'Leave the quotes out.' : `It is ${article(want.type)}.`;
      add(node, { code: 'result-type', message: `${want.name} ${fault}`, hint });
    } else if (want.codes && !want.codes.includes(String(node.value))) {
      add(node, codeFault(String(node.value), want.codes));
    }
  };

  const list = (node: SyntaxNode, want: ResultTarget, known: ReadonlySet<string>): void => {
    const items = childNodes(node['expressions']);
    // A list of one is its item, and what is absent is no item: only what is written out certainly is several.
    if (!want.several && items.length > 1 && items.every(isWrittenOut)) {
      const hint = 'Give one value.';
      add(node, { code: 'result-type', message: `this is a list, and ${want.name} holds one value`, hint });
      return;
    }
    for (const item of items) give(item, want, known);
  };

  const object = (node: SyntaxNode, want: ResultTarget, known: ReadonlySet<string>): void => {
    const children = childrenOf(want.type);
    if (!children) {
      if (isPrimitiveType(want.type)) mismatch(node, 'this is an object', want);
      return;
    }
    const given = new Set<string>();
    let isOpen = false;
    for (const [key, value] of node['lhs'] as readonly (readonly [SyntaxNode, SyntaxNode])[]) {
      const name = key.type === 'string' ? String(key.value) : undefined;
      if (name === undefined || name === 'resourceType') {
        isOpen = true;
        continue;
      }
      const child = children.get(name.replace(/^_/, ''));
      if (!child) {
        unknownChild(key, name, want.type, children);
        isOpen = true;
        continue;
      }
      given.add(child.choice ?? child.name);
      if (!name.startsWith('_')) give(value, targetOf(child, want.type), known);
    }
    if (isOpen || want.isPartial) return;
    const missing = [...children.values()].filter(
      ({ min, name, choice }) => min > 0 && !given.has(choice ?? name),
    );
    const names = [...new Set(missing.map(({ name, choice }) => choice ?? name))];
    if (names.length === 0) return;
    add(node, {
      code: 'required-element',
      message: `${article(want.type)} must have ${names.join(' and ')}`,
      hint: `Give it: { ${names.map((name) => `"${name}": …`).join(', ')} }.`,
    });
  };

  const unknownChild = (
    key: SyntaxNode,
    name: string,
    type: string,
    children: ReadonlyMap<string, ElementDefinition>,
  ): void => {
    const choices = [...children.values()].filter(({ choice }) => choice === name).map((each) => each.name);
    const close = choices.length > 0 ? undefined : suggest(name, children.keys());
    const own = choices.length > 0 ? choices.slice(0, 8).join(', ') : namesOf(children);
    const more = close ? { suggestion: close } : { hint: `It has ${own}.` };
    add(key, { code: 'unknown-element', message: `${type} has no element ${name}`, ...more });
  };

  const path = (node: SyntaxNode, want: ResultTarget, known: ReadonlySet<string>): void => {
    const steps = childNodes(node['steps']);
    const last = steps.at(-1);
    if (!last || node['group']) return;
    if (steps.length > 1 && last.type === 'unary' && last.value === '{') {
      object(last, want, known);
      return;
    }
    const attribute =
      steps.length === 1 && isAttribute(last) ? attributeByKeyword(String(last.value)) : undefined;
    if (attribute?.vrs.length !== 1) return;
    const [vr = ''] = attribute.vrs;
    const { keyword } = attribute;
    const given = attributeKind(vr);
    const kind = kindOf(want.type);
    if (kind === 'object' || given !== kind) {
      const what = vr === 'SQ' ? 'a sequence' : vr === 'PN' ? 'a person name' : KIND_WORDS[given];
      mismatch(last, `${keyword} (${vr}) is ${what} here`, want, attributeHint(keyword, vr, want.type));
    } else if (TIMES.has(want.type) && ['DA', 'TM', 'DT'].includes(vr)) {
      const what = `${keyword} (${vr}) is text as DICOM writes it`;
      mismatch(last, what, want, attributeHint(keyword, vr, want.type));
    }
  };

  /** `concerns`: the operands that are asked about. */
  const operands = (node: SyntaxNode, known: ReadonlySet<string>, concerns = isAny): void => {
    for (const side of [...childNodes(node['lhs']), ...childNodes(node['rhs'])]) {
      if (side.type === 'binary' && side.value === '&') operands(side, known, concerns);
      else if (concerns(side) && !isAlwaysThere(side, known)) {
        const parts = joinedParts(ast, text);
        add(side, {
          code: 'absent-operand',
          message: 'this may be absent, and & then leaves a stump',
          hint: `$concat is absent then${parts ? `: ${parts}` : ': write $concat(…, …) instead of &'}.`,
        });
      }
    }
  };

  give(ast, target, new Set([...ALWAYS_THERE, ...certain]));
  return faults;
}

/** The whole expression with $concat, where it is nothing but operands on one line joined by &. */
function joinedParts(ast: SyntaxNode, text: string): string | undefined {
  if (ast.type !== 'binary' || ast.value !== '&' || text.trim().includes('\n') || text.length > 80)
    return undefined;
  const parts = text.trim().split(/\s*&\s*/);
  return parts.some((part) => /["'].*&|[()]/.test(part)) ? undefined : `$concat(${parts.join(', ')})`;
}

function isAlwaysThere(node: SyntaxNode, known: ReadonlySet<string>): boolean {
  switch (node.type) {
    case 'string':
    case 'number':
      return true;
    case 'condition': {
      const inside = new Set([...known, ...keywordsIn(node['condition'])]);
      const branches = [node['then'], node['else']].flatMap((branch) => childNodes(branch));
      return branches.length === 2 && branches.every((branch) => isAlwaysThere(branch, inside));
    }
    case 'block': {
      const last = childNodes(node['expressions']).at(-1);
      return last !== undefined && isAlwaysThere(last, known);
    }
    case 'binary':
      return node.value === '&';
    case 'function': {
      // What a function makes of what is there is there, but for look-ups of a part.
      const name = String((node['procedure'] as SyntaxNode).value);
      const given = childNodes(node['arguments']);
      return (
        FUNCTION_KINDS[name] !== undefined &&
        given.length > 0 &&
        given.every((each) => isAlwaysThere(each, known))
      );
    }
    case 'path': {
      const [first, ...others] = childNodes(node['steps']);
      if (first?.type === 'variable') return NAMES_ALWAYS_THERE.has(String(first.value)) && others.length > 0;
      return first !== undefined && isAttribute(first) && known.has(String(first.value));
    }
    default:
      return false;
  }
}

function isWrittenOut({ type, value }: SyntaxNode): boolean {
  return type === 'string' || type === 'number' || (type === 'unary' && value === '{');
}

function targetOf(child: ElementDefinition, parent: string): ResultTarget {
  const { name, type, codes } = child;
  // Whether a nested element takes a list is left to the shape check: JSONata unwraps lists of one.
  const isAddress = parent === 'Reference' && name === 'reference';
  return { name, type, several: true, isAddress, ...(codes ? { codes } : {}) };
}

function kindOf(type: string): Kind {
  if (!isPrimitiveType(type)) return 'object';
  return type === 'boolean' ? 'boolean' : NUMBERS.has(type) ? 'number' : 'text';
}

function attributeKind(vr: string): Kind {
  if (vr === 'SQ' || vr === 'PN') return 'object';
  return NUMBER_VRS.has(vr) ? 'number' : 'text';
}

function attributeHint(keyword: string, vr: string, type: string): string {
  const converted: Readonly<Record<string, string>> = {
    HumanName: `$humanName(${keyword})`,
    Coding: `$coding(${keyword})`,
    CodeableConcept: `$codeableConcept(${keyword})`,
    date: `$date(${keyword})`,
  };
  if (Object.hasOwn(converted, type)) return `tag: ${keyword} converts it, and so does ${converted[type]}.`;
  if (vr === 'PN' && kindOf(type) === 'text') return `Its text is ${keyword}.Alphabetic.`;
  if (kindOf(type) === 'text' && attributeKind(vr) === 'number') return `As text: $string(${keyword}).`;
  return `Use tag: ${keyword}, which converts it.`;
}

function wantedHint({ type }: ResultTarget): string {
  const children = childrenOf(type);
  return children ? `Give an object with ${namesOf(children)}.` : `Give ${KIND_WORDS[kindOf(type)]}.`;
}

function article(type: string): string {
  return `${/^[aeio]/i.test(type) ? 'an' : 'a'} ${type}`;
}
