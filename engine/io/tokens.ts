/**
 * The auth section of a service comes in, its Authorization header goes out. Tokens are cached until shortly before their
 * end and asked for once at a time; no secret gets into an error.
 */
import { EngineError } from '../errors.ts';
import {
  type Authorization,
  basicHeader,
  createHttp,
  type Http,
  type HttpAnswer,
  isSuccess,
  waitDetails,
} from './http.ts';

export type AuthConfig =
  | { readonly type: 'none' }
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | {
      /** OAuth 2.0 client credentials (RFC 6749 4.4), the secret in the form body. */
      readonly type: 'client-credentials';
      readonly tokenUrl: string;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly scope?: string;
      readonly resource?: string;
      readonly audience?: string;
    }
  | {
      /** Azure managed identity, by the instance metadata service. */
      readonly type: 'managed-identity';
      readonly resource: string;
      /** Of a user assigned identity. */
      readonly clientId?: string;
      readonly endpoint?: string;
    };

export interface AuthorizationOptions {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

interface Token {
  readonly header: string;
  /** Milliseconds since 1970 from which a new one is asked for. */
  readonly staleAt: number;
}

const INSTANCE_METADATA = 'http://169.254.169.254/metadata/identity/oauth2/token';
const REFRESH_BEFORE_MS = 5 * 60_000;
/** What is assumed where the token endpoint gives no `expires_in`. */
const ASSUMED_LIFETIME_S = 300;

/** Makes the credentials of one service. Throws auth.token for a section that cannot work: bad address, bad characters. */
export function createAuthorization(config: AuthConfig, options: AuthorizationOptions = {}): Authorization {
  switch (config.type) {
    case 'none':
      return fixed(undefined);
    case 'bearer':
      return fixed(bearerHeader(config.token, 'the configured token'));
    case 'basic':
      return fixed(basicHeader(config.username, config.password));
    case 'client-credentials':
      return cached(clientCredentials(config, options), options.now ?? Date.now);
    case 'managed-identity':
      return cached(managedIdentity(config, options), options.now ?? Date.now);
  }
}

function fixed(header: string | undefined): Authorization {
  return { header: async () => header, refused: () => false };
}

function cached(ask: () => Promise<Token>, now: () => number): Authorization {
  let current: Token | undefined;
  let pending: Promise<Token> | undefined;
  return {
    async header() {
      if (current && now() < current.staleAt) return current.header;
      // Requests run side by side; all wait for the same answer.
      pending ??= ask().finally(() => {
        pending = undefined;
      });
      current = await pending;
      return current.header;
    },
    refused(header) {
      // Another request may have fetched a new token already: that one stays.
      if (current?.header === header) current = undefined;
      return true;
    },
  };
}

function clientCredentials(
  config: Extract<AuthConfig, { type: 'client-credentials' }>,
  options: AuthorizationOptions,
): () => Promise<Token> {
  const http = tokenHttp(config.tokenUrl, options);
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: config.clientId,
    client_secret: config.clientSecret,
  });
  for (const name of ['scope', 'resource', 'audience'] as const) {
    const value = config[name];
    if (value !== undefined && value !== '') form.set(name, value);
  }
  return async () => {
    const answer = await http.request({
      method: 'POST',
      url: config.tokenUrl,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
      body: form.toString(),
    });
    return readToken(answer, options, [408, 429]);
  };
}

function managedIdentity(
  config: Extract<AuthConfig, { type: 'managed-identity' }>,
  options: AuthorizationOptions,
): () => Promise<Token> {
  const endpoint = config.endpoint ?? INSTANCE_METADATA;
  const http = tokenHttp(endpoint, options);
  const url = new URL(endpoint);
  url.searchParams.set('api-version', '2018-02-01');
  url.searchParams.set('resource', config.resource);
  if (config.clientId) url.searchParams.set('client_id', config.clientId);
  return async () => {
    const answer = await http.request({
      url: url.href,
      headers: { Metadata: 'true', Accept: 'application/json' },
    });
    // The metadata service answers 404 and 410 while it is updated: asking later helps.
    return readToken(answer, options, [404, 408, 410, 429]);
  };
}

function tokenHttp(baseUrl: string, { timeoutMs = 30_000, signal }: AuthorizationOptions): Http {
  const codes = { unreachable: 'auth.unreachable', foreign: 'auth.token', tooLarge: 'auth.token' } as const;
  return createHttp({ baseUrl, codes, timeoutMs, signal, maxBytes: 1024 * 1024 });
}

function readToken(answer: HttpAnswer, options: AuthorizationOptions, retryable: readonly number[]): Token {
  const { status, address } = answer;
  const now = (options.now ?? Date.now)();
  const json = parseObject(answer.text());
  if (status >= 500 || retryable.includes(status)) {
    throw new EngineError('auth.unreachable', `${address} answered ${status}`, {
      status,
      ...waitDetails(answer, now),
    });
  }
  if (!isSuccess(status)) {
    throw new EngineError('auth.token', `${address} answered ${status}${errorCode(json)}`, { status });
  }
  if (typeof json.access_token !== 'string' || json.access_token.trim() === '') {
    throw new EngineError('auth.token', `${address} answered ${status} without an access token`, { status });
  }
  const lifetimeMs = 1000 * lifetimeOf(json);
  return {
    header: bearerHeader(json.access_token, `the token of ${address}`),
    staleAt: now + lifetimeMs - Math.min(REFRESH_BEFORE_MS, lifetimeMs / 10),
  };
}

/** Seconds; the instance metadata service gives numbers as text. */
function lifetimeOf(json: Readonly<Record<string, unknown>>): number {
  const seconds = Number(json.expires_in);
  return json.expires_in !== null && Number.isFinite(seconds) && seconds >= 0 ? seconds : ASSUMED_LIFETIME_S;
}

/** The `error` of RFC 6749 5.2, a fixed word such as `invalid_client`. Its description can quote what was sent. */
function errorCode(json: Readonly<Record<string, unknown>>): string {
  return typeof json.error === 'string' && /^[a-z_]{1,40}$/.test(json.error) ? ` (${json.error})` : '';
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Files of secrets often end with a line feed. */
function bearerHeader(token: string, what: string): string {
  const trimmed = token.trim();
  if (!/^[\x21-\x7e]+$/.test(trimmed)) {
    throw new EngineError('auth.token', `${what} is empty or has characters that a header cannot carry`);
  }
  return `Bearer ${trimmed}`;
}
