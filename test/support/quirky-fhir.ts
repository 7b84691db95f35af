/**
 * A FHIR server that does things its own way, for tests: the sandbox behind a proxy on loopback, which may change what is
 * asked, answer itself, lose an answer, or change it. What the sandbox holds is the truth.
 */
import { parseFhirJson } from '../../engine/fhir/json.ts';
import {
  createFhirSandbox,
  type FhirSandbox,
  type FhirSandboxOptions,
} from '../../engine/sandbox/fhir-server.ts';
import { type Asked, loopback } from './loopback.ts';

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Question {
  readonly method: string;
  /** With the query: `/fhir/Patient?name=x`. */
  readonly path: string;
  readonly headers: Asked['headers'];
  readonly body: string;
}

/** What a server does differently. Without an answer of its own, `lost` closes the connection. */
export interface Quirk {
  /** Another question in place of this one, an answer, or `lost`; undefined: as it is. */
  ask?(question: Question): Partial<Question> | Answer | 'lost' | undefined;
  /** Another answer in place of this one, after the work was done. */
  answer?(answer: Answer, question: Question): Answer | 'lost' | Promise<Answer | 'lost'>;
}

export interface QuirkyFhir {
  /** The base address: `http://127.0.0.1:<port>/fhir`. */
  readonly url: string;
  readonly sandbox: FhirSandbox;
  /** Undefined: it does everything as the sandbox does. */
  quirk: Quirk | undefined;
  close(): Promise<void>;
}

export async function createQuirkyFhir(first?: Quirk, options: FhirSandboxOptions = {}): Promise<QuirkyFhir> {
  const sandbox = await createFhirSandbox(options);
  const inside = new URL(sandbox.url).origin;
  const server = await loopback(async ({ method, url, headers, body }, response) => {
    const question: Question = { method, path: url, headers, body: body.toString('utf8') };
    const quirk = quirky.quirk;
    const other = quirk?.ask?.(question);
    const isAnswer = typeof other === 'object' && 'status' in other;
    if (other === 'lost') return void response.destroy();
    let answer = isAnswer ? other : await forwarded(inside, { ...question, ...other });
    if (!isAnswer && quirk?.answer) {
      const changed = await quirk.answer(answer, question);
      if (changed === 'lost') return void response.destroy();
      answer = changed;
    }
    const text = answer.body?.replaceAll(inside, server.url);
    response.writeHead(answer.status, answer.headers).end(text);
  });
  const quirky: QuirkyFhir = {
    url: `${server.url}/fhir`,
    sandbox,
    quirk: first,
    async close() {
      await server.close();
      await sandbox.close();
    },
  };
  return quirky;
}

/** Headers of which the proxy makes its own. */
const HOP = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding', 'date']);

async function forwarded(origin: string, { method, path, headers, body }: Question): Promise<Answer> {
  const sent = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    HOP.has(name) || value === undefined ? [] : [[name, String(value)]],
  );
  const answer = await fetch(`${origin}${path}`, { method, headers: sent, ...(body === '' ? {} : { body }) });
  const received = [...answer.headers].filter(([name]) => !HOP.has(name) && name !== 'keep-alive');
  return { status: answer.status, headers: Object.fromEntries(received), body: await answer.text() };
}

/** The parts of a JSON body, changed. */
export function withJson(text: string, change: (json: Record<string, never>) => unknown): string {
  // Digits of decimals stay.
  return text === '' ? text : JSON.stringify(change(parseFhirJson(text) as Record<string, never>));
}

/** A Bundle that was posted to the base. */
export function isBundle({ method, path }: Question): boolean {
  return method === 'POST' && /^\/fhir\/?$/.test(path);
}
