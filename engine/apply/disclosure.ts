/**
 * What an explanation may show: a mapping comes in; for each of its rules, whether the values that it writes are those of
 * attributes that may identify somebody, goes out. A value is shown only if everything that it is made of may be shown.
 */
import { mayBeShown } from '../dicom/confidential.ts';
import type { ExpressionPlan, Operand, ResourcePlan, RulePlan } from '../plan.ts';
import { nameIn } from './rule-paths.ts';

export interface Disclosure {
  /** Values that the rule's source gives; those of `derive` depend on the resource, see explain.ts. */
  ofRule(rule: RulePlan): boolean;
  /** What an equation of a `where` writes. */
  ofOperand(operand: Operand): boolean;
}

/** Constants, settings and the source's address stand in files of the site and are shown. */
export function createDisclosure({ transform }: ResourcePlan): Disclosure {
  const open = new Set(['settings', 'source']);
  const opensExpression = ({ keywords, names }: ExpressionPlan): boolean =>
    keywords.every(mayBeShown) && names.every((name) => open.has(name));
  for (const { name, source } of transform.lets) {
    const opens =
      'read' in source
        ? mayBeShown(source.tag) && source.names.every((each) => open.has(each))
        : opensExpression(source);
    if (opens) open.add(name);
  }
  const opensText = (text: unknown): boolean => {
    const name = nameIn(text);
    return name === undefined || open.has(name);
  };
  return {
    ofOperand: ({ text }) => opensText(text),
    ofRule({ source }) {
      switch (source.kind) {
        case 'const':
          return true;
        case 'tag':
          return source.tags.every(mayBeShown) && Object.values(source.options).every(opensText);
        case 'value':
          return opensExpression(source.expression);
        default:
          return false;
      }
    },
  };
}
