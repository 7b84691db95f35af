/**
 * The Log port, and the owner of pino: events with fields come in, one JSON line each (or one readable line for a terminal)
 * goes out. Errors become code, message, hint and details; no message of a foreign error is written, it could quote a value.
 */
import pino from 'pino';
import { describeDefect, EngineError } from '../errors.ts';
import type { Log } from '../ports.ts';

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Standard output belongs to the answers of commands. */
  readonly destination: 'stderr' | { write(line: string): void };
  /** Readable lines instead of JSON. */
  readonly pretty?: boolean;
}

/** Nobody should log these; should somebody, they are left out. */
const SECRETS = ['authorization', 'Authorization', 'token', 'password', 'clientSecret', 'client_secret'];

/** `{"level":"info","time":"2024-05-06T07:08:09.123Z","event":"page read","entries":3}` */
export function createLog({ level, destination, pretty = false }: LogOptions): Log {
  const target = destination === 'stderr' ? pino.destination({ dest: 2, sync: true }) : destination;
  const stream = pretty ? { write: (line: string) => target.write(`${readableLine(line)}\n`) } : target;
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '[removed]' },
    },
    stream,
  );
  return {
    debug: (event, fields) => logger.debug(plainFields(fields), event),
    info: (event, fields) => logger.info(plainFields(fields), event),
    warn: (event, fields) => logger.warn(plainFields(fields), event),
    error: (event, fields) => logger.error(plainFields(fields), event),
  };
}

function plainFields(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? plainError(value) : value]),
  );
}

/** An EngineError's message is safe by its promise. Of other errors the kind and the places are told, not the message. */
function plainError(error: Error): Readonly<Record<string, unknown>> {
  if (error instanceof EngineError) {
    const { cause, ...details } = error.details;
    return {
      code: error.code,
      message: error.message,
      hint: error.hint,
      ...details,
      ...(cause instanceof Error ? { cause: plainError(cause) } : {}),
    };
  }
  return { ...describeDefect(error) };
}

/** `07:08:09 info  page read  entries=3`; of an error its code, message and hint. */
function readableLine(json: string): string {
  const { time, level, event, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const words = Object.entries(fields).map(([name, value]) => `${name}=${readableValue(value)}`);
  return [String(time).slice(11, 19), String(level).padEnd(5), event, ...words].join(' ').trimEnd();
}

function readableValue(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'code' in value && 'message' in value) {
    const hint = 'hint' in value ? `\n         help: ${value.hint}` : '';
    return `${value.code}: ${value.message}${hint}`;
  }
  return typeof value === 'string' && /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value);
}
