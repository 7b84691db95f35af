/**
 * The text of a configuration comes in; the same text, of the same length and lines, goes out with everything that could be
 * a credential blotted out: findings show lines of the file, and terminals are read over shoulders and kept in logs.
 */
import type { Range } from '../diagnostic.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

/** Keys of an auth section that hold no credential. */
const OPEN_KEYS: ReadonlySet<string> = new Set([
  'type',
  'username',
  'tokenUrl',
  'clientId',
  'scope',
  'resource',
]);

/**
 * `source.text` without what was typed in where credentials belong: values of auth sections, values behind and below keys
 * that sound like a credential (also where the file cannot be parsed), user names and passwords in addresses. Placeholders
 * stay, their defaults do not.
 */
export function maskSecrets(source: YamlSource): string {
  const lines = source.text.split(/(\r\n|\n|\r)/);
  // All of a line at once: the whole file can be one line, with thousands of values.
  const blots = new Map<number, (readonly [from: number, to: number])[]>();
  const blot = ({ start, end }: Range): void => {
    for (let line = start.line; line <= end.line; line++) {
      const from = line === start.line ? start.column - 1 : 0;
      const to = line === end.line ? end.column - 1 : Number.POSITIVE_INFINITY;
      const ofLine = blots.get(line) ?? [];
      blots.set(line, ofLine);
      ofLine.push([from, to]);
    }
  };
  for (const path of secretPaths(source.value, [], false)) {
    const range = source.rangeOf(path);
    if (range) blot(range);
  }
  for (const [line, ofLine] of blots) {
    const index = (line - 1) * 2;
    lines[index] = blotted(lines[index] ?? '', ofLine);
  }
  let below: number | undefined;
  return lines
    .map((line, index) => {
      if (index % 2 === 1) return line;
      const indentation = line.length - line.trimStart().length;
      if (below !== undefined && (indentation > below || !isStructure(line))) return masked(line);
      below = BEHIND_SECRET_KEY.test(line) ? indentation : undefined;
      return line
        .replace(BEHIND_SECRET_KEY, (_whole, key: string, rest: string) => key + masked(rest))
        .replace(
          /(:\/\/)([^\s/@"']+)@/g,
          (_whole, slashes: string, user: string) => `${slashes}${masked(user)}@`,
        );
    })
    .join('');
}

function blotted(text: string, blots: readonly (readonly [from: number, to: number])[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const [from, to] of blots.toSorted(([a], [b]) => a - b)) {
    if (to <= at) continue;
    const begin = Math.max(at, from);
    parts.push(text.slice(at, begin), masked(text.slice(begin, to)));
    at = Math.min(to, text.length);
  }
  return [...parts, text.slice(at)].join('');
}

const BEHIND_SECRET_KEY =
  /((?:token(?!url)|password|passwd|secret|credential)[\w-]*["']?\s*:(?:[ \t]+|$))(.*)/i;

/** False for what can only be more of the value above: a key that was pasted without its indentation. */
function isStructure(line: string): boolean {
  return /^\s*(?:$|#|- |-$|[\]}]|["']?[A-Za-z][\w-]*["']?\s*:(?:\s|$)|---(?:\s|$))/.test(line);
}

function secretPaths(value: unknown, path: YamlPath, inAuth: boolean): readonly YamlPath[] {
  const isOpen = OPEN_KEYS.has(String(path.at(-1)));
  if (typeof value !== 'object' || value === null) return inAuth && !isOpen ? [path] : [];
  return Object.entries(value).flatMap(([key, child]) => {
    const step = Array.isArray(value) ? Number(key) : key;
    return secretPaths(child, [...path, step], inAuth || key === 'auth');
  });
}

/** Every character but those of placeholders, quotes and brackets, which show the structure. */
function masked(text: string): string {
  const kept = /(\$\{(?:env:[A-Za-z0-9_]+|file:[^}:]+)(?=[}:])|[\s"'{}[\],|>])|./gu;
  return text.replace(kept, (sign: string, keep: string | undefined) => keep ?? '•'.repeat(sign.length));
}
