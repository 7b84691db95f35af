/**
 * What the rules of one mapping make together: per resource and per list the targets of its rules come in; required elements
 * that nobody writes, targets that two rules write, and names that nobody uses become findings.
 */
import { childrenOf, type ElementDefinition } from '../fhir/elements.ts';
import type { MappingContext } from './context.ts';
import type { YamlPath } from './findings.ts';
import type { MappingFile, RuleFile } from './mapping-file.ts';
import type { ParsedTarget } from './target.ts';

/** One rule, or one list, with its target. */
export interface Written {
  /** `Mapping.rule`. */
  readonly rule: string;
  /** `series.number`: without the mapping. */
  readonly name: string;
  readonly path: YamlPath;
  /** Undefined for a list. */
  readonly file?: RuleFile;
  readonly parsed: ParsedTarget;
}

/** What is written at one place: the resource itself, or the items of a list. Filled while rules are compiled. */
export interface Level {
  /** Resource type, or the type of the items. */
  readonly type: string;
  /** Where a finding about the whole points. */
  readonly path: YamlPath;
  readonly part: 'key' | 'value';
  readonly rule?: string;
  readonly written: Written[];
  /** True when a target could not be read: what it writes is not known. */
  isBroken: boolean;
}

/** Where a rule stands. */
export interface RuleContext {
  /** `series.instance.number`. */
  readonly name: string;
  readonly path: YamlPath;
  /** Resource type, or the type of the list's items. */
  readonly type: string;
  /** True inside what belongs to one instance, where absent values clear. */
  readonly perInstance: boolean;
  /** Gathers what the rules beside this one write. */
  readonly level: Level;
}

export function createLevel(place: Pick<Level, 'type' | 'path' | 'part' | 'rule'>): Level {
  return { ...place, written: [], isBroken: false };
}

/** Elements with min ≥ 1 that no rule writes: every resource or item would be refused. */
export function checkRequired(context: MappingContext, level: Level): void {
  if (level.isBroken) return;
  const made = new Set(level.written.map(({ parsed }) => labelOf(parsed.elements[0])));
  const required = [...(childrenOf(level.type)?.values() ?? [])].filter(({ min }) => min > 0);
  const missing = [...new Set(required.map(labelOf))].filter((label) => !made.has(label));
  if (missing.length === 0) return;
  const isItem = level.type.includes('.');
  const targets = missing.map((label) => `to: ${isItem ? label : `${level.type}.${label}`}`);
  const holder = isItem ? `each item of ${level.type}` : `every ${level.type}`;
  const off = context.disabled.find(
    (rule) => isAtLevel(rule.path, level) && missing.includes(firstElement(rule.target)),
  );
  if (off) {
    context.findings.add({
      code: 'required-element',
      message: `no other rule writes ${firstElement(off.target)}, which ${holder} must have`,
      path: [...off.path, 'disabled'],
      part: 'key',
      rule: `${context.mapping}.${off.name}`,
      hint: 'Remove disabled:, or add a rule that writes it.',
    });
    return;
  }
  context.findings.add({
    code: 'required-element',
    message: `no rule writes ${listed(missing)}, which ${holder} must have`,
    path: level.path,
    part: level.part,
    ...(level.rule ? { rule: level.rule } : {}),
    hint: missing.length === 1 ? `Add a rule with ${targets[0]}.` : `Add rules with ${listed(targets)}.`,
  });
}

/** True for a rule that stands among those that write at `level`. */
function isAtLevel(rule: YamlPath, level: Level): boolean {
  const holder = rule.slice(0, -2);
  return holder.length === 0
    ? level.path.length === 1
    : holder.join('/') === level.path.slice(0, -1).join('/');
}

/** `status` of `Type.status`. */
function firstElement(target: string): string {
  return /^\s*(?:[A-Z]\w*\s*\.\s*)?(\w+)/.exec(target)?.[1] ?? '';
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function labelOf(element: ElementDefinition | undefined): string {
  return element?.choice ?? element?.name ?? '';
}

/** Two rules for one target: which of them counts would depend on their order, and rules have none. */
export function checkSameTarget(context: MappingContext, level: Level): void {
  const first = new Map<string, Written[]>();
  for (const written of level.written) {
    const target = targetText(written.parsed);
    const others = first.get(target) ?? [];
    const other = others.find((each) => !mayShare(each, written));
    first.set(target, [...others, written]);
    if (!other) continue;
    const { start, end } = written.parsed.last;
    const isDerived = other.file?.derive !== undefined || written.file?.derive !== undefined;
    const isOfList = [other, written].some((each) => each.path.at(-2) !== 'rules');
    const fault = {
      code: 'two-rules',
      message: `${other.name} and ${written.name} write the same target`,
      hint: isDerived
        ? 'Nothing else writes what derive: writes. Remove one of the two.'
        : isOfList
          ? 'The list and its key are written already. Remove the rule.'
          : 'Rules have no order. Remove one, give both a when:, or let one only fill (merge: fill).',
      start,
      end,
    };
    if (written.path.at(-2) === 'key') {
      context.findings.add({ ...fault, path: written.path, part: 'key', rule: written.rule });
    } else {
      context.findings.addFault([...written.path, 'to'], fault, written.rule);
    }
  }
}

/** Two rules may have one target when both add, when one only fills, or when conditions choose between them. */
function mayShare({ file: a }: Written, { file: b }: Written): boolean {
  if (!a || !b || a.derive !== undefined || b.derive !== undefined) return false;
  if (a.merge === 'append' && b.merge === 'append') return true;
  if ((a.merge === 'fill') !== (b.merge === 'fill')) return true;
  return a.when !== undefined && b.when !== undefined && a.when.trim() !== b.when.trim();
}

/** The same for every spelling: order of equations, `extension('url')`; the types of a choice are one target. */
function targetText({ plan, elements }: ParsedTarget): string {
  const steps = plan.steps.map(({ where }, index) => {
    const equations = (where ?? []).map(
      ({ path, operand }) => `${path.map(({ element }) => element).join('.')}=${operand?.text ?? 'empty()'}`,
    );
    return `${labelOf(elements[index])}(${equations.toSorted().join(' and ')})`;
  });
  return steps.join('.');
}

/** Names of `let` and `settings` that nothing uses; an overlay need not use what it inherits. */
export function checkUnused(context: MappingContext, file: MappingFile): void {
  const { findings, used } = context;
  const add = (code: string, path: YamlPath, message: string, hint: string): void =>
    findings.add({ code, severity: 'warning', message, path, part: 'key', hint });
  for (const name of Object.keys(file.let ?? {})) {
    if (!used.has(name) && findings.isOwn(['let', name]))
      add(
        'unused-let',
        ['let', name],
        `nothing uses ${name}`,
        `Remove it, or read it as $${name} or %${name}.`,
      );
  }
  if (used.has('settings')) return;
  for (const name of Object.keys(file.settings ?? {})) {
    if (used.has(`settings.${name}`) || !findings.isOwn(['settings', name])) continue;
    add(
      'unused-setting',
      ['settings', name],
      `nothing uses the setting ${name}`,
      `Remove it, or read it as $settings.${name} or %settings.${name}.`,
    );
  }
}
