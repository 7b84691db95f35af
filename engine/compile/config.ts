/**
 * The text of dicomcast.config.yaml comes in with the environment and a way to read files; a typed, complete configuration
 * or the findings go out. No finding, description or shown line holds a credential.
 */
import configSchema from '../../schemas/config.schema.json' with { type: 'json' };
import { type Diagnostic, shortened, sortDiagnostics } from '../diagnostic.ts';
import { maskSecrets } from './config-mask.ts';
import { createSchemaCheck, createSchemaCoercion } from './json-schema.ts';
import { fillPlaceholders, placeKey, type Substitution } from './placeholders.ts';
import { createSecret, type Secret } from './secret.ts';
import { readYaml, type YamlPath, type YamlSource } from './yaml-source.ts';

/** Keys of the file that are settings of mappings, so that a person finds them beside the other switches. */
const SWITCHES = ['generateObservations'] as const;

/** How to sign in at a service. */
export type Auth =
  | { readonly type: 'none' }
  | { readonly type: 'bearer'; readonly token: Secret }
  | { readonly type: 'basic'; readonly username: string; readonly password: Secret }
  | {
      readonly type: 'client-credentials';
      readonly tokenUrl: string;
      readonly clientId: string;
      readonly clientSecret: Secret;
      readonly scope?: string;
      readonly resource?: string;
    }
  | { readonly type: 'managed-identity'; readonly resource: string; readonly clientId?: string };

/** A DICOM service whose change feed is read. */
export interface Source {
  readonly type: 'change-feed';
  readonly url: string;
  readonly apiVersion: 'v1' | 'v2';
  /** Name in the state store, unlike that of any other. */
  readonly id: string;
  /** What is written into resources. */
  readonly publicUrl: string;
  /** Whether each partition of the service counts as a source of its own. */
  readonly partitions: 'together' | 'separate';
  readonly auth: Auth;
}

/** Every default is applied; durations are milliseconds; paths are as written, relative to `base`. */
export interface Config {
  /** Folder of the configuration file, `.` where the file was named alone. */
  readonly base: string;
  /** One or more, as `source` or `sources` say. */
  readonly sources: readonly [Source, ...Source[]];
  readonly fhir: {
    readonly url: string;
    readonly auth: Auth;
    readonly maxTransactionEntries: number;
    readonly maxResourceBytes?: number;
    readonly patch: boolean;
    readonly lanes: number;
  };
  readonly mappings: readonly string[];
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** Settings whose text came from a placeholder: for a boolean or integer setting, `readAs` makes it one. */
  readonly filledSettings: ReadonlySet<string>;
  /** Settings of mappings that stand at the top level of the file, where they stand there. */
  readonly switches: Readonly<Partial<Record<(typeof SWITCHES)[number], boolean>>>;
  readonly enforceValidationOfTagValues: boolean;
  readonly ignoreJsonParsingErrors: boolean;
  readonly poll: {
    readonly interval: number;
    readonly catchUpInterval: number;
    readonly pageSize: number;
    readonly readAhead: number;
  };
  readonly flush: { readonly entries: number; readonly interval: number };
  readonly retry: { readonly totalDuration: number };
  readonly state: { readonly type: 'sqlite'; readonly path: string };
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error' };
  readonly monitor?: { readonly host: string; readonly port: number };
  /** Where filled-in values came from: `sources.0.url` to `env:DICOM_URL`. */
  readonly origins: ReadonlyMap<string, string>;
}

export interface ConfigReading {
  /** Undefined when there is an error among the findings. */
  readonly config?: Config;
  readonly diagnostics: readonly Diagnostic[];
  /** For findings of later stages. Its text has credentials blotted out, at unchanged positions. */
  readonly source: YamlSource;
}

const checkSchema = createSchemaCheck(configSchema, 'config');
const coerce = createSchemaCoercion(configSchema);

/**
 * Reads the configuration. Findings: `yaml.…` (then nothing else is checked), `config.…`, all at once. Texts from placeholders
 * become numbers or booleans where the schema wants them. `readFile` gets paths as written. Whether a mapping declares each
 * setting is checked by the mapping compiler.
 */
export function readConfig(
  file: string,
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string | undefined,
): ConfigReading {
  const parsed = readYaml(file, text);
  const source: YamlSource = { ...parsed, text: maskSecrets(parsed) };
  if (source.value === undefined) return { diagnostics: source.diagnostics.map(shortened), source };
  const filled = fillPlaceholders(source, { env, readFile });
  const value = coerce(source, filled.value, (path) => filled.origins.has(placeKey(path)));
  const diagnostics = sortDiagnostics([
    ...source.diagnostics,
    ...filled.diagnostics,
    ...aboutFilled(
      [
        ...checkSchema(source, value),
        ...checkAddresses(value, source),
        ...checkIds(value, source),
        ...checkSwitches(value, source),
      ],
      filled,
      source,
    ),
  ]).map(shortened);
  if (diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics, source };
  return { config: complete(file, value as ConfigFile, filled), diagnostics, source };
}

/**
 * Findings about texts that were filled in say where the text came from; of those that could not be filled in, enough was
 * said already.
 */
function aboutFilled(
  findings: readonly Diagnostic[],
  { origins, unresolved }: Substitution,
  source: YamlSource,
): readonly Diagnostic[] {
  const placeOf = (key: string) => JSON.stringify(source.rangeOf(JSON.parse(key) as YamlPath));
  const failed = new Set([...unresolved].map(placeOf));
  const filled = new Map([...origins].map(([key, origin]) => [placeOf(key), origin]));
  return findings
    .filter(({ range }) => !failed.has(JSON.stringify(range)))
    .map((finding) => {
      const origin = filled.get(JSON.stringify(finding.range));
      if (origin === undefined) return finding;
      return { ...finding, hint: [finding.hint, `The text comes from ${origin}.`].filter(Boolean).join(' ') };
    });
}

const ADDRESSES: readonly YamlPath[] = [['url'], ['publicUrl'], ['auth', 'tokenUrl']];

/** Where services are configured. */
function servicePaths(value: unknown): readonly YamlPath[] {
  const sources = valueAt(value, ['sources']);
  const several = Array.isArray(sources) ? sources.map((_, index): YamlPath => ['sources', index]) : [];
  return [['source'], ...several, ['fhir']];
}

function valueAt(value: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>(
    (at, step) => (at as Record<string, unknown> | undefined | null)?.[step],
    value,
  );
}

/** What no pattern can say of an address: that it can be parsed, and that it holds no credentials. */
function checkAddresses(value: unknown, source: YamlSource): readonly Diagnostic[] {
  const paths = servicePaths(value).flatMap((service) => ADDRESSES.map((path) => [...service, ...path]));
  return paths.flatMap((path): readonly Diagnostic[] => {
    const text = valueAt(value, path);
    if (typeof text !== 'string' || !/^https?:\/\/[^\s#]+$/i.test(text)) return [];
    const range = source.rangeOf(path);
    const at = { severity: 'error' as const, file: source.file, ...(range ? { range } : {}) };
    const key = String(path.at(-1));
    if (!URL.canParse(text)) {
      return [
        { code: 'config.not-allowed', message: `\`${key}\` is not an address that can be read`, ...at },
      ];
    }
    const { username, password } = new URL(text);
    if (username === '' && password === '') return [];
    const message = `\`${key}\` holds a user name or password; addresses end up in logs and resources`;
    const hint = `Take it out and write \`auth: { type: basic, username: …, password: "\${env:NAME}" }\` in \`${path[0]}\`.`;
    return [{ code: 'config.credentials-in-url', message, ...at, hint }];
  });
}

/** Two sources of one name would share a checkpoint. */
function checkIds(value: unknown, source: YamlSource): readonly Diagnostic[] {
  const paths = servicePaths(value).map((path): YamlPath => [...path, 'id']);
  const seen = new Set<unknown>();
  return paths.flatMap((path): readonly Diagnostic[] => {
    const id = valueAt(value, path);
    const isNew = typeof id !== 'string' || !seen.has(id);
    seen.add(id);
    if (isNew) return [];
    const range = source.rangeOf(path);
    const at = { severity: 'error' as const, file: source.file, ...(range ? { range } : {}) };
    const hint = 'The state keeps a checkpoint for each id.';
    return [{ code: 'config.not-allowed', message: '`id` is that of another source', ...at, hint }];
  });
}

/** What stands twice could say two things. */
function checkSwitches(value: unknown, source: YamlSource): readonly Diagnostic[] {
  const { settings, ...file } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const given = typeof settings === 'object' && settings !== null ? settings : {};
  return SWITCHES.filter((name) => Object.hasOwn(file, name) && Object.hasOwn(given, name)).map((name) => {
    const range = source.rangeOf(['settings', name], 'key');
    const message = `\`${name}\` stands at the top level of the file too`;
    const at = { severity: 'error' as const, file: source.file, ...(range ? { range } : {}) };
    return { code: 'config.not-allowed', message, ...at, hint: 'Remove one of the two.' };
  });
}

/** The file after the schema: `source` or `sources`. */
interface ConfigFile {
  readonly source?: SourceFile;
  readonly sources?: readonly SourceFile[];
  readonly fhir: Partial<Omit<Config['fhir'], 'auth'>> & { readonly url: string; readonly auth?: AuthFile };
  readonly mappings: readonly string[];
  readonly settings?: Config['settings'];
  readonly generateObservations?: boolean;
  readonly enforceValidationOfTagValues?: boolean;
  readonly ignoreJsonParsingErrors?: boolean;
  readonly poll?: {
    readonly interval?: string;
    readonly catchUpInterval?: string;
    readonly pageSize?: number;
    readonly readAhead?: number;
  };
  readonly flush?: { readonly entries?: number; readonly interval?: string };
  readonly retry?: { readonly totalDuration?: string };
  readonly state?: Partial<Config['state']>;
  readonly log?: Partial<Config['log']>;
  readonly monitor?: { readonly host?: string; readonly port: number };
}

type SourceFile = Partial<Omit<Source, 'auth'>> & { readonly url: string; readonly auth?: AuthFile };
type Plain<T> = { readonly [Key in keyof T]: T[Key] extends Secret ? string : T[Key] };
type AuthFile = Auth extends infer Kind ? Plain<Kind> : never;

/** The schema is the one owner of the defaults. */
const DEFAULTS = configSchema.properties;
const SOURCE_DEFAULTS = configSchema.definitions.source.properties;

function complete(file: string, from: ConfigFile, { origins }: Substitution): Config {
  const { fhir, poll, flush, retry, state, log, monitor } = from;
  const settings = from.settings ?? {};
  const isFilled = (name: string) => origins.has(placeKey(['settings', name]));
  return {
    base: folderOf(file),
    sources: completeSources(from, origins),
    fhir: {
      url: fhir.url,
      auth: withSecrets(fhir.auth, ['fhir', 'auth'], origins),
      maxTransactionEntries:
        fhir.maxTransactionEntries ?? DEFAULTS.fhir.properties.maxTransactionEntries.default,
      ...(fhir.maxResourceBytes === undefined ? {} : { maxResourceBytes: fhir.maxResourceBytes }),
      patch: fhir.patch ?? DEFAULTS.fhir.properties.patch.default,
      lanes: fhir.lanes ?? DEFAULTS.fhir.properties.lanes.default,
    },
    mappings: from.mappings,
    settings,
    filledSettings: new Set(Object.keys(settings).filter(isFilled)),
    switches: Object.fromEntries(
      SWITCHES.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])),
    ),
    enforceValidationOfTagValues:
      from.enforceValidationOfTagValues ?? DEFAULTS.enforceValidationOfTagValues.default,
    ignoreJsonParsingErrors: from.ignoreJsonParsingErrors ?? DEFAULTS.ignoreJsonParsingErrors.default,
    poll: {
      interval: milliseconds(poll?.interval ?? DEFAULTS.poll.properties.interval.default),
      catchUpInterval: milliseconds(
        poll?.catchUpInterval ?? DEFAULTS.poll.properties.catchUpInterval.default,
      ),
      pageSize: poll?.pageSize ?? DEFAULTS.poll.properties.pageSize.default,
      readAhead: poll?.readAhead ?? DEFAULTS.poll.properties.readAhead.default,
    },
    flush: {
      entries: flush?.entries ?? DEFAULTS.flush.properties.entries.default,
      interval: milliseconds(flush?.interval ?? DEFAULTS.flush.properties.interval.default),
    },
    retry: {
      totalDuration: milliseconds(retry?.totalDuration ?? DEFAULTS.retry.properties.totalDuration.default),
    },
    state: { type: 'sqlite', path: state?.path ?? DEFAULTS.state.properties.path.default },
    log: { level: log?.level ?? (DEFAULTS.log.properties.level.default as 'info') },
    ...(monitor ? { monitor: { host: DEFAULTS.monitor.properties.host.default, ...monitor } } : {}),
    origins: new Map(
      [...origins].map(([key, origin]) => [
        (JSON.parse(key) as YamlPath).join('.').replace(/^source\./, 'sources.0.'),
        origin,
      ]),
    ),
  };
}

function completeSources(from: ConfigFile, origins: Substitution['origins']): Config['sources'] {
  const complete = (source: SourceFile, path: YamlPath): Source => ({
    type: 'change-feed',
    url: source.url,
    apiVersion: source.apiVersion ?? (SOURCE_DEFAULTS.apiVersion.default as 'v1'),
    id: source.id ?? source.url,
    publicUrl: source.publicUrl ?? source.url,
    partitions: source.partitions ?? (SOURCE_DEFAULTS.partitions.default as 'together'),
    auth: withSecrets(source.auth, [...path, 'auth'], origins),
  });
  const all = from.source
    ? [complete(from.source, ['source'])]
    : (from.sources ?? []).map((source, index) => complete(source, ['sources', index]));
  // The schema wants one or more.
  return all as unknown as Config['sources'];
}

function withSecrets(auth: AuthFile | undefined, path: YamlPath, origins: Substitution['origins']): Auth {
  const secret = (text: string, key: string) =>
    createSecret(text, origins.get(placeKey([...path, key])) ?? 'hidden');
  if (auth === undefined) return { type: 'none' };
  switch (auth.type) {
    case 'bearer':
      return { ...auth, token: secret(auth.token, 'token') };
    case 'basic':
      return { ...auth, password: secret(auth.password, 'password') };
    case 'client-credentials':
      return { ...auth, clientSecret: secret(auth.clientSecret, 'clientSecret') };
    default:
      return auth;
  }
}

/** Units of durations, in milliseconds. */
export const DURATION_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function milliseconds(duration: string): number {
  const [, count, unit] = /^([0-9]+)(ms|s|m|h)$/.exec(duration) ?? [];
  return Number(count) * (DURATION_UNITS[unit ?? ''] ?? Number.NaN);
}

function folderOf(file: string): string {
  const end = Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\'));
  return end < 0 ? '.' : end === 0 ? file.slice(0, 1) : file.slice(0, end);
}
