/** Requests to a sandbox as one-liners: method, path and body in; status, headers and parsed body out. */
import {
  createFhirSandbox,
  type FhirSandbox,
  type FhirSandboxOptions,
} from '../../engine/sandbox/fhir-server.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape and compare them with literals.
  readonly body: any;
  readonly text: string;
}

export type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

/** The time of every write, so that answers are literals. */
export const NOON = '2024-05-06T12:00:00.000Z';

/** Starts a sandbox for one test and stops it, whatever happens. */
export async function withSandbox(
  options: FhirSandboxOptions,
  work: (call: Call, sandbox: FhirSandbox) => Promise<void>,
): Promise<void> {
  const sandbox = await createFhirSandbox({ now: () => Date.parse(NOON), ...options });
  try {
    await work(callerOf(sandbox.url), sandbox);
  } finally {
    await sandbox.close();
  }
}

/** A body that is a string or bytes is sent as it is, anything else as JSON. */
export function callerOf(base: string): Call {
  return async (method, path, body, headers = {}) => {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(base + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }), ...headers },
      ...(body === undefined ? {} : { body: isRaw ? (body as string) : JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : undefined,
      text,
    };
  };
}

/** `severity/code` and the first expression of each issue. */
export function issues(answer: Answer): readonly string[] {
  return answer.body.issue.map((issue: { severity: string; code: string; expression?: readonly string[] }) =>
    [`${issue.severity}/${issue.code}`, ...(issue.expression ?? [])].join(' '),
  );
}

/** `Type/id` of the entries of a searchset, with the mode where it is not match. */
export function found(answer: Answer): readonly string[] {
  return (answer.body.entry ?? []).map(
    ({ resource, search }: { resource: { resourceType: string; id?: string }; search: { mode: string } }) =>
      `${search.mode === 'match' ? '' : `${search.mode} `}${resource.resourceType}${resource.id ? `/${resource.id}` : ''}`,
  );
}
