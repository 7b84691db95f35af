/**
 * The proof that nothing shows what it must not: marked values in every attribute and credential, one failure after another,
 * and everything that is printed or kept outside FHIR is searched for the marks.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { exportErrors, listErrors, showError } from '../../engine/cli/errors.ts';
import { reportFailure } from '../../engine/cli/failure.ts';
import { retry } from '../../engine/cli/retry.ts';
import { run } from '../../engine/cli/run.ts';
import { status } from '../../engine/cli/status.ts';
import type { DicomJson } from '../../engine/dicom/entry.ts';
import {
  type ChangeFeedSandbox,
  createChangeFeedSandbox,
  type Fault as FeedFault,
} from '../../engine/sandbox/change-feed-server.ts';
import {
  createFhirSandbox,
  type FaultRequest,
  type Fault as FhirFault,
} from '../../engine/sandbox/fhir-server.ts';
import { dataset, entry } from '../support/entries.ts';
import { type Loopback, loopback } from '../support/loopback.ts';
import { temporaryFolder } from '../support/temp.ts';
import { fakeTerminal } from '../support/terminal.ts';
import { type ConfigWords, writeConfig } from './engine-process.ts';

/** Stands in every text; in any case, since code strings are in capitals. */
export const CANARY = 'cAnArYbIrD';

/** Values of attributes that can hold no letters. */
const NUMBERS = {
  StudyDate: '19371213',
  StudyTime: '043217',
  SeriesDate: '19381114',
  SeriesTime: '053318',
  PatientBirthDate: '19231109',
  SeriesNumber: 64_820_193,
  InstanceNumber: 73_910_482,
};

/** An instance with a mark in every attribute that a shipped rule reads, and in some that none reads. */
export const MARKED = {
  ...NUMBERS,
  PatientName: `${CANARY}^Anna^^Dr.=${CANARY}^A=${CANARY}`,
  PatientID: `${CANARY}-1`,
  IssuerOfPatientID: `urn:${CANARY}`,
  PatientSex: 'CANARYBIRD SEX',
  AccessionNumber: `${CANARY}A`,
  StudyDescription: `${CANARY} of the thorax`,
  SeriesDescription: `${CANARY} axial`,
  Modality: 'CANARYBIRD MOD',
  PatientAddress: `${CANARY} street`,
  ReferringPhysicianName: `${CANARY}^Referrer`,
  ProcedureCodeSequence: [{ CodeValue: CANARY, CodingSchemeDesignator: CANARY, CodeMeaning: CANARY }],
};

/** The part of its base64 that is the same whatever stands around it, for each offset. */
const IN_BASE64 = [0, 1, 2].map((offset) =>
  btoa(`${'x'.repeat(offset)}${CANARY}`).slice(offset === 0 ? 0 : offset + 1, -4),
);

/** As they stand, as FHIR writes them, in base64 and in hex. */
const SIGNS: readonly RegExp[] = [
  new RegExp(CANARY, 'i'),
  new RegExp([...IN_BASE64, Buffer.from(CANARY).toString('hex')].join('|')),
  ...Object.values(NUMBERS).map((value) => new RegExp(String(value))),
  /1937-12-13|1938-11-14|1923-11-09|04:32:17|05:33:18/,
];

/** What sings in a text: its line; undefined when nothing does. */
export function songIn(text: string): string | undefined {
  for (const sign of SIGNS) {
    const match = sign.exec(text);
    if (!match) continue;
    const start = text.lastIndexOf('\n', match.index) + 1;
    return text.slice(Math.max(start, match.index - 300), match.index + 100);
  }
  return undefined;
}

/** One failure to provoke. */
export interface Scenario {
  /** Raw entries, or texts; default: one marked instance. */
  readonly feed?: readonly (object | string)[];
  readonly onFeed?: () => FeedFault | undefined;
  readonly onFhir?: (request: FaultRequest) => FhirFault | undefined;
  /** What the token endpoint answers; default: a marked token. */
  readonly token?: { readonly status: number; readonly body: string };
  /** A mapping besides the shipped ones, or instead of them. */
  readonly mappings?: readonly string[];
  readonly config?: Readonly<Record<string, unknown>>;
  /** Runs once before, with another feed. */
  readonly before?: readonly object[];
  /** Addresses where nobody listens. */
  readonly dead?: 'feed' | 'fhir' | 'token';
  /** Written where the state is to be. */
  readonly stateFile?: string;
}

export interface Heard {
  /** All that was printed, logged and kept. */
  readonly text: string;
  /** Codes of the error that ended the run and of the rows. */
  readonly codes: readonly string[];
}

/** Marked instances numbered from 1; `words` change all of them. */
export function marked(count: number, words: Readonly<Record<string, unknown>> = {}): readonly object[] {
  return Array.from({ length: count }, (_, index) =>
    entry(
      {
        ...MARKED,
        StudyInstanceUID: `1.2.${index}`,
        SeriesInstanceUID: `1.2.${index}.1`,
        SOPInstanceUID: `1.2.${index}.1.1`,
        ...words,
      },
      index + 1,
    ),
  );
}

export function markedDataset(): DicomJson {
  return dataset({
    StudyInstanceUID: '1.2',
    SeriesInstanceUID: '1.2.1',
    SOPInstanceUID: '1.2.1.1',
    SOPClassUID: '1.2.3',
    ...MARKED,
  });
}

/** Runs the engine into the failure, and then every command that shows what is kept. */
export async function provoke(scenario: Scenario, isInteractive = false): Promise<Heard> {
  const folder = temporaryFolder();
  const token = await loopback((_asked, response) => {
    const {
      status: code = 200,
      body = JSON.stringify({ access_token: `${CANARY}.token`, expires_in: 3600 }),
    } = scenario.token ?? {};
    response.writeHead(code, { 'content-type': 'application/json' }).end(body);
  });
  const fhir = await createFhirSandbox({ faults: (request) => scenario.onFhir?.(request) });
  const heard: string[] = [];
  let feed = await openFeed(scenario.before ?? scenario.feed ?? marked(1), scenario);
  try {
    const words = (): ConfigWords => wordsOf(scenario, feed, fhir.url, token);
    let config = writeConfig(folder, words());
    if (scenario.stateFile !== undefined) writeFileSync(join(folder, 'state.db'), scenario.stateFile);
    const command = async (work: (terminal: ReturnType<typeof fakeTerminal>) => unknown): Promise<void> => {
      const terminal = { ...fakeTerminal(folder, ENVIRONMENT), isInteractive };
      const ended = new AbortController();
      const overheard = overhear(terminal, ended.signal);
      try {
        await work(terminal);
      } catch (error) {
        // As the command line does.
        reportFailure(terminal, error);
      }
      ended.abort();
      const { out, err } = terminal.printed();
      heard.push(out, err, await overheard);
    };
    if (scenario.before) {
      await command((terminal) => run(terminal, { config, once: true }));
      await feed.close();
      feed = await openFeed(scenario.feed ?? [], scenario);
      config = writeConfig(folder, words());
    }
    await command((terminal) => run(terminal, { config, once: true }));
    await command((terminal) => listErrors(terminal, { config, all: true }));
    await command((terminal) => listErrors(terminal, { config, all: true, format: 'json' }));
    await command((terminal) => exportErrors(terminal, { config, all: true }));
    await command((terminal) => showError(terminal, 1, { config }));
    await command((terminal) => status(terminal, { config }));
    await command((terminal) => status(terminal, { config, format: 'json' }));
    await command((terminal) => retry(terminal, [], { config, all: true }));
    // What a test put there itself sings, of course.
    if (scenario.stateFile === undefined) heard.push(...kept(folder));
  } finally {
    await feed.close();
    await fhir.close();
    await token.close();
  }
  const text = heard.join('\n');
  const codes = [...text.matchAll(/"?code"?[=:]\s*"?([a-z]+\.[a-z-]+)|error\[([a-z]+\.[a-z-]+)\]/g)];
  return { text, codes: [...new Set(codes.map(([, row, error]) => row ?? error ?? ''))] };
}

/** What the listener of a running engine says, the last time that it answers. */
async function overhear(terminal: ReturnType<typeof fakeTerminal>, ended: AbortSignal): Promise<string> {
  let said = '';
  while (!ended.aborted) {
    await sleep(3);
    const [, url] = /(?:"url":"|monitor url=)(http:\/\/127\.0\.0\.1:\d+)/.exec(terminal.printed().err) ?? [];
    if (url === undefined) continue;
    const answers = ['metrics', 'readyz'].map(async (path) => (await fetch(`${url}/${path}`)).text());
    said = (await Promise.all(answers).catch(() => [said])).join('\n');
  }
  return said;
}

const ENVIRONMENT = { FHIR_SECRET: `${CANARY}.secret`, FEED_TOKEN: `${CANARY}.bearer` };

async function openFeed(
  entries: readonly (object | string)[],
  { onFeed }: Scenario,
): Promise<ChangeFeedSandbox> {
  const feed = await createChangeFeedSandbox({ folder: temporaryFolder(), faults: () => onFeed?.() });
  for (const each of entries) feed.push(each);
  return feed;
}

/** Nobody listens on the port for discarding. */
const DEAD = 'http://127.0.0.1:9';

function wordsOf(scenario: Scenario, feed: ChangeFeedSandbox, fhirUrl: string, token: Loopback): ConfigWords {
  const { source = {}, fhir = {}, ...config } = (scenario.config ?? {}) as Record<string, object>;
  const tokenUrl = `${scenario.dead === 'token' ? DEAD : token.url}/token?sig=${CANARY}`;
  const auth = {
    type: 'client-credentials',
    tokenUrl,
    clientId: `${CANARY}.id`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of the configuration
    clientSecret: '${env:FHIR_SECRET}',
    scope: `${CANARY}.scope`,
  };
  return {
    feed: scenario.dead === 'feed' ? DEAD : feed.url,
    fhir: scenario.dead === 'fhir' ? DEAD : fhirUrl,
    ...(scenario.mappings ? { mappings: scenario.mappings } : {}),
    more: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of the configuration
      source: { auth: { type: 'bearer', token: '${env:FEED_TOKEN}' }, ...source },
      fhir: { auth, ...fhir },
      retry: { totalDuration: '1ms' },
      log: { level: 'debug' },
      monitor: { port: 0 },
      ...config,
    },
  };
}

/** Every file in the folder but the configuration, byte for byte. */
function kept(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && !path.endsWith('.yaml'))
    .map((path) => readFileSync(path, 'latin1'));
}
