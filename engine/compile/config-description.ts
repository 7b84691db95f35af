/**
 * A configuration comes in; what runs, for a person to read, goes out: every default, where values came from, no credential.
 */
import { type Config, DURATION_UNITS } from './config.ts';
import type { Secret } from './secret.ts';
import type { YamlPath } from './yaml-source.ts';

/**
 * The configuration as it runs, in the form of the file, one value a line, with its origin behind it where it was filled in.
 * Credentials, and whatever came from a file, show only their origin.
 */
export function describeConfig(config: Config): string {
  const {
    base: _base,
    filledSettings: _filled,
    sources,
    origins,
    switches,
    poll,
    flush,
    retry,
    state,
    log,
    ...rest
  } = config;
  const duration = (ms: number) => {
    const unit =
      ['h', 'm', 's'].find((name) => ms % (DURATION_UNITS[name] ?? 1) === 0 && ms > 0) ??
      (ms === 0 ? 's' : 'ms');
    return `${ms / (DURATION_UNITS[unit] ?? 1)}${unit}`;
  };
  const isSingle = sources.length === 1;
  const shown = {
    ...(isSingle ? { source: sources[0] } : { sources }),
    ...rest,
    ...switches,
    poll: { ...poll, interval: duration(poll.interval), catchUpInterval: duration(poll.catchUpInterval) },
    flush: { ...flush, interval: duration(flush.interval) },
    retry: { totalDuration: duration(retry.totalDuration) },
    state,
    log,
  };
  const named = [...origins].map(([key, origin]): [string, string] => [
    isSingle ? key.replace(/^sources\.0\./, 'source.') : key,
    origin,
  ]);
  return describe(shown, [], new Map(named)).join('\n');
}

function describe(value: object, path: YamlPath, origins: Config['origins']): readonly string[] {
  const indent = '  '.repeat(path.length);
  return Object.entries(value).flatMap(([name, child]: [string, unknown]) => {
    const label = Array.isArray(value) ? '-' : `${name}:`;
    const origin = origins.get([...path, name].join('.'));
    if (isSecret(child)) return [`${indent}${label} ${child}`];
    if (origin?.includes('file:')) return [`${indent}${label} «${origin}»`];
    if (typeof child !== 'object' || child === null) {
      return [`${indent}${label} ${JSON.stringify(child)}${origin ? `  # ${origin}` : ''}`];
    }
    const lines = describe(child, [...path, name], origins);
    return lines.length > 0 ? [`${indent}${label}`, ...lines] : [`${indent}${label} {}`];
  });
}

function isSecret(value: unknown): value is Secret {
  return typeof value === 'object' && value !== null && 'reveal' in value;
}
