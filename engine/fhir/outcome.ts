/**
 * What may be told of an OperationOutcome: JSON of a FHIR server comes in, codes and element paths go out. Texts and
 * diagnostics never do, for servers quote values in them.
 */
import { child, choiceOf, isResourceType } from './elements.ts';

const SEVERITIES = ['fatal', 'error', 'warning', 'information'];
/** The codes of the standard's own messages (R4 codesystem-operation-outcome.html); others could hold a value. */
const MESSAGE_CODE = /^MSG_[A-Z_]{1,60}$/;
const PLAIN_PATH = /^[A-Za-z0-9.[\]]{1,256}$/;
/** A server that repeats itself a thousand times says no more than twenty times. */
const MOST = 20;

/**
 * `error/duplicate`, or `error/processing/MSG_DUPLICATE_ID` with a code of `details`: of an OperationOutcome, or of the
 * outcomes in a Bundle's entries. Without repetition, at most 20, in the order of the server. Empty for anything else.
 */
export function outcomeCodes(json: unknown): readonly string[] {
  const codes = new Set<string>();
  for (const issue of issuesOf(json)) {
    const severity = SEVERITIES.find((known) => known === issue['severity']);
    const code = issueTypes().find((known) => known === issue['code']);
    if (severity === undefined || code === undefined) continue;
    const details = list(record(issue['details'])['coding']).map((coding) =>
      messageCode(record(coding)['code']),
    );
    const detail = details.find((candidate) => candidate !== undefined);
    codes.add(detail === undefined ? `${severity}/${code}` : `${severity}/${code}/${detail}`);
    if (codes.size === MOST) break;
  }
  return [...codes];
}

/**
 * `Patient.name[0].family`: which elements the server complains about, from `expression` and `location`. A path ends where it
 * stops following the elements of R4, so that nothing else a server writes there gets through.
 */
export function outcomeExpressions(json: unknown): readonly string[] {
  const expressions = new Set<string>();
  for (const issue of issuesOf(json)) {
    for (const text of [...list(issue['expression']), ...list(issue['location'])]) {
      const path = typeof text === 'string' && PLAIN_PATH.test(text) ? knownPath(text) : undefined;
      if (path !== undefined) expressions.add(path);
      if (expressions.size === MOST) return [...expressions];
    }
  }
  return [...expressions];
}

/** The longest beginning of the path that exists in R4. */
function knownPath(text: string): string | undefined {
  const [root = '', ...steps] = text.split('.');
  if (!isResourceType(root)) return undefined;
  let path = root;
  let type: string | undefined = root;
  for (const step of steps) {
    const [, name = '', index = ''] = /^([A-Za-z0-9]+)((?:\[(?:\d{1,6}|x)\])?)$/.exec(step) ?? [];
    if (type === undefined || name === '') break;
    const element: { readonly type: string } | undefined = child(type, name);
    // `value` and `value[x]` name a choice, whose type is open.
    if (!element && choiceOf(type, name).length === 0) break;
    path += `.${name}${index}`;
    type = element?.type;
  }
  return path;
}

function issuesOf(json: unknown): readonly Record<string, unknown>[] {
  const top = record(json);
  const outcomes =
    top['resourceType'] === 'Bundle'
      ? list(top['entry']).flatMap((entry) => [
          record(entry)['resource'],
          record(record(entry)['response'])['outcome'],
        ])
      : [json];
  return outcomes
    .map(record)
    .filter((outcome) => outcome['resourceType'] === 'OperationOutcome')
    .flatMap((outcome) => list(outcome['issue']).map(record));
}

function messageCode(value: unknown): string | undefined {
  return typeof value === 'string' && MESSAGE_CODE.test(value) ? value : undefined;
}

/** The required value set of `issue.code`: a server that echoes a value there is not repeated. */
function issueTypes(): readonly string[] {
  return child('OperationOutcome.issue', 'code')?.codes ?? [];
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
