/**
 * `dicomcast doctor`: what the configured FHIR server does differently, found out with marked test resources that are removed at
 * the end, and whether the change feeds can be read; what follows for the configuration is printed.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type EngineError, isEngineError } from '../errors.ts';
import { PROBE_SYSTEM, probeType } from '../fhir/probe-resource.ts';
import { createFhirServer } from '../io/fhir-server.ts';
import type { FhirCapability } from '../ports.ts';
import { fhirClient } from './clients.ts';
import type { CheckResult } from './doctor-check.ts';
import { runChecks } from './doctor-checks.ts';
import { checkFeed, type FeedResult } from './doctor-feed.ts';
import { createSession, type Session } from './doctor-session.ts';
import { exitCodeOf, reportFailure, worstOf } from './failure.ts';
import { count, loadProject, type Project } from './project.ts';
import { chosenSources } from './sources.ts';
import { EXIT, type Terminal } from './terminal.ts';

export interface DoctorOptions {
  readonly config?: string;
  /** Id of a source; default: the feeds of all. */
  readonly source?: string;
  readonly format?: 'text' | 'json';
}

/** What was found, for programs. */
interface Report {
  readonly fhir: { readonly url: string } & Partial<FhirCapability>;
  /** Why the FHIR server could not be examined, or not to the end. */
  readonly error?: { readonly code: string; readonly message: string; readonly help: string };
  readonly checks: readonly CheckResult[];
  readonly feeds: readonly Omit<FeedResult, 'error'>[];
  /** Settings that follow, by their path in the configuration. */
  readonly settings: Readonly<Record<string, number>>;
  readonly removed: number;
  /** Test resources that are still there. */
  readonly left: readonly string[];
}

/**
 * Exit code: 0 where the engine works as it should, with notes perhaps; 1 where something is wrong or test resources are left;
 * 3 where a service could not be reached.
 */
export async function doctor(terminal: Terminal, options: DoctorOptions): Promise<number> {
  const project = loadProject(terminal, options);
  if (!project) return EXIT.findings;
  const sources = chosenSources(terminal, project.config, options.source);
  if (!sources) return EXIT.usage;
  const isText = options.format !== 'json';
  const say = (text: string): void => {
    if (isText) terminal.out(text);
  };
  const fhir = await examineFhir(terminal, project, say);
  const feeds: FeedResult[] = [];
  for (const source of sources) {
    if (terminal.signal.aborted) break;
    const result = await checkFeed(project.config, source, terminal.signal);
    feeds.push(result);
    if (feeds.length === 1) say('\n');
    say(line({ ...result, text: `feed of ${source.id}: ${result.text}` }));
  }
  const settings = Object.assign({}, ...fhir.checks.map((each) => each.settings ?? {}));
  if (!fhir.error && !terminal.signal.aborted) say(conclusion(settings, [...fhir.checks, ...feeds]));
  const { error, ...found } = fhir;
  const { fhir: server, ...more } = found;
  const why = error && { error: { code: error.code, message: error.message, help: error.hint } };
  const told = feeds.map(({ error: _, ...feed }) => feed);
  const report: Report = { fhir: server, ...why, ...more, feeds: told, settings };
  if (!isText) terminal.out(`${JSON.stringify(report, undefined, 2)}\n`);
  if (terminal.signal.aborted) terminal.err('stopped before the end\n');
  return worstOf([
    ...(error ? [reportFailure(terminal, error)] : []),
    ...[...fhir.checks, ...feeds].map(exitOf),
    ...(fhir.left.length > 0 || terminal.signal.aborted ? [EXIT.findings] : []),
  ]);
}

/** A feed that could not be read gives the code of its failure, which is told already. */
function exitOf(result: CheckResult & { readonly error?: EngineError }): number {
  if (result.error) return exitCodeOf(result.error);
  return result.verdict === 'problem' ? EXIT.findings : EXIT.ok;
}

type FhirReport = Omit<Report, 'feeds' | 'settings' | 'error'> & { readonly error?: EngineError };

async function examineFhir(
  terminal: Terminal,
  { config, plan }: Project,
  say: (text: string) => void,
): Promise<FhirReport> {
  const checks: CheckResult[] = [];
  const { fhirVersion, mappings } = plan;
  let fhir: Report['fhir'] = { url: config.fhir.url };
  let session: Session | undefined;
  let error: EngineError | undefined;
  const clients: ReturnType<typeof fhirClient>[] = [];
  try {
    const [http, closingHttp] = [fhirClient(config, terminal.signal), fhirClient(config)];
    clients.push(http, closingHttp);
    const server = createFhirServer({ http, fhirVersion });
    const capability = await server.capability();
    fhir = { url: http.baseUrl, ...capability };
    const type = probeType(mappings.map(({ resourceType }) => resourceType));
    say(
      `FHIR server ${http.baseUrl}: ${capability.software ?? 'of an unknown make'}, FHIR ${capability.fhirVersion}\n`,
    );
    say(
      `Test resources of type ${type}, marked by the identifier system ${PROBE_SYSTEM}, are made and removed.\n\n`,
    );
    const run = randomBytes(6).toString('hex');
    const closing = { http: closingHttp, server: createFhirServer({ http: closingHttp, fhirVersion }) };
    const time = { now: Date.now, sleep: (ms: number): Promise<void> => pause(ms) };
    session = createSession({ http, server, closing, type, run, ...time });
    const { maxTransactionEntries, patch } = config.fhir;
    await runChecks({ session, maxTransactionEntries, patch, ...time }, terminal.signal, (result) => {
      checks.push(result);
      say(line(result));
    });
  } catch (caught) {
    if (!isEngineError(caught)) throw caught;
    // Stopped by a person: the requests under way ended for that reason alone.
    if (!terminal.signal.aborted) error = caught;
  } finally {
    // What a stopped request still made is there in a moment.
    if (session && terminal.signal.aborted) await pause(STOPPED_MS);
  }
  const { removed, left } = (await session?.removeAll()) ?? { removed: 0, left: [] };
  for (const client of clients) client.close();
  if (session) say(`\nremoved: ${count(removed, 'test resource')}\n`);
  if (left.length > 0)
    terminal.err(
      `error: not removed: ${left.join(', ')}\n  = help: delete them by hand; nothing refers to them\n`,
    );
  return { fhir, checks, removed, left, ...(error ? { error } : {}) };
}

const STOPPED_MS = 500;

const WORDS = { ok: 'ok', note: 'note', problem: 'WRONG', unknown: '?' } as const;

function line({ verdict, text, help }: CheckResult): string {
  const advice = verdict !== 'ok' && help ? `         ${help}\n` : '';
  return `  ${WORDS[verdict].padEnd(5)}  ${text}\n${advice}`;
}

function conclusion(settings: Report['settings'], results: readonly CheckResult[]): string {
  const wrong = results.filter(({ verdict }) => verdict === 'problem').length;
  const lines = Object.entries(settings).map(([path, value]) => `  ${path}: ${value}\n`);
  const follows = lines.length > 0 ? `\nFor dicomcast.config.yaml:\n${lines.join('')}` : '';
  return `${follows}\n${wrong === 0 ? 'nothing is wrong' : `${count(wrong, 'thing')} wrong`}\n`;
}
