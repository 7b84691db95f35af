/**
 * Which functions an expression may call: those of JSONata that are deterministic, and the library (functions.ts); and why it
 * may not call the others.
 */
import { FUNCTIONS } from './functions.ts';

/** The functions of JSONata that a mapping may call: all that are deterministic and cannot run text as code. */
export const BUILT_IN: ReadonlySet<string> = new Set(
  `sum count max min average string substring substringBefore substringAfter lowercase uppercase length trim pad match
  contains replace split join formatNumber formatBase formatInteger parseInteger number floor ceil round abs sqrt power
  boolean not map zip filter single reduce sift keys lookup append exists spread merge reverse each error assert type sort
  distinct base64encode base64decode encodeUrlComponent encodeUrl decodeUrlComponent decodeUrl toMillis fromMillis clone`
    .trim()
    .split(/\s+/),
);

/** The functions of JSONata that a mapping may not call, and why. */
export const REFUSED_FUNCTIONS: Readonly<Record<string, string>> = {
  eval: 'it runs text as code',
  now: 'it reads the clock, and the same entry must always give the same resource',
  millis: 'it reads the clock, and the same entry must always give the same resource',
  random: 'the same entry must always give the same resource',
  shuffle: 'the same entry must always give the same resource',
};

/** True for what `$name` means in every expression: no `let` may take it. */
export function isFunctionName(name: string): boolean {
  return BUILT_IN.has(name) || Object.hasOwn(REFUSED_FUNCTIONS, name) || Object.hasOwn(FUNCTIONS, name);
}
