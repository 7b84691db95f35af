/**
 * What `doctor` asks about finding and keeping, one function for each question: a session comes in, a finding goes out. Each makes
 * its own test resources and leaves their removal to the session.
 */
import { isEngineError } from '../errors.ts';
import { PROBE_DECIMAL, PROBE_SOURCE } from '../fhir/probe-resource.ts';
import { encodeQuery } from '../fhir/search.ts';
import { type Check, made, note, ok, problem, refusalIn, twins, UNMADE, unknown } from './doctor-check.ts';
import { probeToken } from './doctor-session.ts';

/** How long a server may take to find what was written. */
const MAX_LAG_MS = 10_000;
const LAG_STEP_MS = 200;

export const lag: Check = async (options) => {
  const { session, now, sleep } = options;
  if (!(await made(options, 'lag'))) return UNMADE;
  const began = now();
  for (let looks = 1; ; looks++) {
    if ((await session.find(probeToken(session.value('lag')))).length > 0) {
      if (looks === 1) return ok('what was written is found at once by its identifier (system|value)');
      break;
    }
    if (now() - began >= MAX_LAG_MS)
      return problem(
        `what was written is not found by its identifier (system|value) within ${MAX_LAG_MS / 1000} s`,
        'The engine finds resources by their identifiers; without, it makes each again. Check that the server indexes them.',
      );
    await sleep(LAG_STEP_MS);
  }
  const took = now() - began;
  session.wait(took + LAG_STEP_MS);
  return note(
    `what was written is found only after about ${took} ms`,
    'Conditional creates and versions keep the engine from doubling anything meanwhile, if they are in order below.',
  );
};

export const kept: Check = async (options) => {
  const { session } = options;
  const one = await made(options, 'kept');
  if (!one) return UNMADE;
  const { json, text } = await session.get(one.location);
  const source = (json?.['meta'] as { source?: unknown } | undefined)?.source;
  if (source === PROBE_SOURCE) return ok('meta.source is kept as it is written');
  if (typeof source === 'string' && source.startsWith(`${PROBE_SOURCE}#`))
    return ok('meta.source is kept, with something behind a #; the shipped mappings allow for that');
  if (text === '') return unknown('could not be told: the test resource is not readable');
  return note(
    `meta.source is ${source === undefined ? 'dropped' : 'replaced'}`,
    'A study is deleted with its last instance only where meta.source says that it was made here: emptied studies will stay. An overlay of `owned` can say it otherwise.',
  );
};

export const digits: Check = async (options) => {
  const one = await made(options, 'digits');
  if (!one) return UNMADE;
  const { text } = await options.session.get(one.location);
  const [, found] = /"valueDecimal"\s*:\s*"?([-\d.eE+]+)/.exec(text) ?? [];
  if (found === PROBE_DECIMAL) return ok('decimals keep their digits');
  return note(
    found === undefined
      ? 'an extension with a decimal is dropped'
      : `decimals lose digits: ${PROBE_DECIMAL} is ${found}`,
    'Equal numbers count as equal, so nothing is sent again for it; the precision that a device gave is lost there.',
  );
};

export const withoutSystem: Check = async ({ session }) => {
  const value = session.value('bare');
  const reply = await session.transact([
    { method: 'POST', resource: session.resource({ value, system: null }) },
    { method: 'POST', resource: session.resource({ value }) },
  ]);
  if (refusalIn(reply) !== undefined) return UNMADE;
  const isFound = (await session.find({ value })).length > 0;
  const found = await session.server.search(session.type, [{ name: 'identifier', token: [{ value }] }]);
  const help = 'Give identifiers a system: settings.patientSystemId, or isIssuerIdUsed.';
  if (!isFound)
    return problem(
      'an identifier without a system is not found by |value: the engine would make it again',
      help,
    );
  if (found.length > 1)
    return note(
      '|value also finds identifiers with a system; the engine compares again, conditional creates do not',
      help,
    );
  return ok('an identifier without a system is found by |value, and nothing else');
};

export const escapes: Check = async ({ session }) => {
  const value = session.value('a,b|c$d\\e f+g&h');
  const token = probeToken(value);
  const reply = await session.transact([
    { method: 'POST', resource: session.resource({ value }), ifNoneExist: token },
  ]);
  const refused = refusalIn(reply);
  const help =
    'Identifiers with , | $ or \\ in them would be made again and again. Keep them out, or correct the server.';
  if (refused !== undefined)
    return problem(`a value with , | $ \\ and blanks is not taken: ${refused}`, help);
  const found = await session.find(token).catch((error: unknown) => {
    if (isEngineError(error, 'fhir.refused')) return [];
    throw error;
  });
  return found.length > 0
    ? ok('values with , | $ \\ and blanks are found, escaped as FHIR has it')
    : problem('a value with , | $ \\ and blanks is not found, though it is escaped as FHIR has it', help);
};

export const pages: Check = async (options) => {
  const { session } = options;
  try {
    const value = await twins(options);
    if (value === undefined) return UNMADE;
    const all = await session.find(probeToken(value));
    if (all.length < 2)
      return problem('a search does not give all that match', 'Check the paging of the server.');
    const query = encodeQuery([{ name: 'identifier', token: [probeToken(value)] }]);
    const { json } = await session.get(`${session.type}?${query}&_count=1`);
    const entries = Array.isArray(json?.['entry']) ? json['entry'].length : 0;
    return entries === 1
      ? ok('searches come in pages, by _count')
      : note('_count is not honoured', 'Nothing follows for the engine.');
  } catch (error) {
    if (!isEngineError(error, 'fhir.foreign-link')) throw error;
    return problem(
      'the link to the next page of a search leads to another origin; the engine follows none such',
      'Let the server, or the gateway before it, write links with the address in fhir.url.',
    );
  }
};
