/**
 * How long and how deep an expression may be: its text or its syntax tree comes in, a finding that says so goes out. Whatever
 * walks a tree after this check can call itself once for each level.
 */
import type { ExpressionFault } from './findings.ts';

/** UTF-16 units. */
const LONGEST = 20_000;
/** As deep as calls may be nested. */
const DEEPEST = 300;
const HINT = 'Give parts of it names under let:, or put what it looks up into a table.';

export function lengthFault(text: string): ExpressionFault | undefined {
  if (text.length <= LONGEST) return undefined;
  return fault(text, `this expression is longer than ${LONGEST} characters`);
}

/** `childrenOf` gives what stands one level deeper. */
export function depthFault<Node>(
  text: string,
  root: Node,
  childrenOf: (node: Node) => readonly Node[],
  deepest = DEEPEST,
): ExpressionFault | undefined {
  let level: readonly Node[] = [root];
  for (let depth = 1; depth <= deepest; depth++) {
    level = level.flatMap(childrenOf);
    if (level.length === 0) return undefined;
  }
  return deepFault(text, deepest);
}

/** For a parser that comes to the end of its stack before anybody can measure. */
export function deepFault(text: string, deepest = DEEPEST): ExpressionFault {
  return fault(text, `this expression is nested more than ${deepest} deep`);
}

function fault(text: string, message: string): ExpressionFault {
  const start = text.length - text.trimStart().length;
  return { code: 'expression-size', message, start, end: text.trimEnd().length, hint: HINT };
}
