/**
 * What `doctor` asks about writing, one function for each question: a session comes in, a finding goes out. Each makes its own test
 * resources and leaves their removal to the session.
 */
import { patchOf, patchResource } from '../fhir/json-patch.ts';
import { PROBE_SOURCE, probeReference } from '../fhir/probe-resource.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { type Check, made, note, ok, problem, refusalIn, twins, UNMADE, unknown } from './doctor-check.ts';
import { probeToken, type Reply, type Session } from './doctor-session.ts';

/** Limits that known servers have. */
const KNOWN_LIMITS = [4500, 500, 150, 100, 50, 20, 8, 4, 2];

export const create: Check = async ({ session }) => {
  const token = probeToken(session.value('create'));
  const resource = session.resource({ value: token.value });
  const first = await session.transact([{ method: 'POST', resource, ifNoneExist: token }]);
  const refused = refusalIn(first);
  if (refused !== undefined || first.entries[0]?.status !== 201)
    return problem(
      `a conditional create in a transaction was ${refused ?? `answered ${first.entries[0]?.status ?? 'nothing'}`}`,
      'The engine makes every resource like this; check the rights of the account and the types that the server takes.',
    );
  const { version } = first.entries[0];
  if (version === undefined)
    return note('a create does not tell the version of what it made; the engine reads it when it needs it');
  return ok(`a conditional create makes the resource, and tells its version (${version.told})`);
};

export const again: Check = async ({ session }) => {
  const token = probeToken(session.value('lag'));
  const [known] = await session.find(token);
  if (!known) return UNMADE;
  const resource = session.resource({ value: token.value });
  const reply = await session.transact([{ method: 'POST', resource, ifNoneExist: token }]);
  const status = reply.entries[0]?.status;
  if (status === 200) return ok('a conditional create of what is there makes nothing (200)');
  if (status === 201)
    return problem(
      'a conditional create (ifNoneExist) makes again what is there',
      'An answer that is lost would double resources. Switch conditional creates on, and let one engine alone write there.',
    );
  return note(`a conditional create of what is there is ${refusalIn(reply) ?? `answered ${status}`}`);
};

export const several: Check = async (options) => {
  const { session } = options;
  const value = await twins(options);
  if (value === undefined) return UNMADE;
  const token = probeToken(value);
  const reply = await session.transact([
    { method: 'POST', resource: session.resource({ value }), ifNoneExist: token },
  ]);
  const refused = refusalIn(reply);
  if (refused === undefined)
    return problem(
      `a conditional create of what is there twice is answered ${reply.entries[0]?.status ?? 'nothing'}`,
      'Several resources with one identifier would go unnoticed; the engine sees them in its own search only.',
    );
  return /\b(?:400|409|412)$/.test(refused)
    ? ok(`a conditional create of what is there twice is refused (${refused})`)
    : note(`a conditional create of what is there twice is ${refused}, where 412 was expected`);
};

export const atomic: Check = async (options) => {
  const { session } = options;
  const value = await twins(options);
  if (value === undefined) return UNMADE;
  const good = session.value('atomic');
  const reply = await session.transact([
    { method: 'POST', resource: session.resource({ value: good }) },
    { method: 'POST', resource: session.resource({ value }), ifNoneExist: probeToken(value) },
  ]);
  const refused = refusalIn(reply);
  if (refused === undefined) return unknown('could not be told: an entry that cannot succeed was taken');
  const stored = await session.find(probeToken(good));
  if (stored.length > 0)
    return problem(
      `a failed transaction is stored in part (${refused})`,
      'The engine refuses such a server (fhir.not-atomic). Switch transactions on; some servers run them as batches otherwise.',
    );
  return ok(`a transaction is stored whole or not at all (${refused})`);
};

export const versions: Check = async (options) => {
  const { session } = options;
  const one = await made(options, 'versions');
  const [known] = one ? await session.find(probeToken(session.value('versions'))) : [];
  const version = one?.version?.id ?? known?.versionId;
  if (!one || version === undefined) return UNMADE;
  const put = (ifMatch: string, name: string): Promise<Reply> =>
    session.transact([
      { method: 'PUT', url: one.location, ifMatch, resource: changed(session, one.location, name) },
    ]);
  const right = refusalIn(await put(version, 'versions'));
  if (right !== undefined)
    return problem(
      `an update with the version that was told (ifMatch) is ${right}`,
      'The engine updates like this; check the rights of the account.',
    );
  const stale = refusalIn(await put(version, 'versions'));
  if (stale === undefined)
    return problem(
      'an update with an old version (ifMatch) is taken: what somebody else wrote in between would be lost',
      'Switch version checks on, or let nobody but one engine write there.',
    );
  return /\b(?:409|412)$/.test(stale)
    ? ok(`an update with an old version is refused (${stale})`)
    : note(
        `an update with an old version is ${stale}, where 409 or 412 was expected`,
        'The engine would take it for a refusal of the content; please report this server.',
      );
};

export const patches: Check = async (options) => {
  const { session, patch: isWanted } = options;
  const one = await made(options, 'patches');
  const [known] = one ? await session.find(probeToken(session.value('patches'))) : [];
  if (!one || !known) return UNMADE;
  const patched = { ...known.resource, language: 'en' };
  const send = async (versionId: string): Promise<string | undefined> => {
    const resource = patchResource(patchOf({ ...known, versionId }, patched));
    return refusalIn(
      await session.transact([{ method: 'PATCH', url: one.location, resource, ifMatch: versionId }]),
    );
  };
  const isThere = async (): Promise<boolean> => (await session.get(one.location)).json?.['language'] === 'en';
  const bad = isWanted ? problem : note;
  if ((await send(`${known.versionId}0`)) === undefined || (await isThere()))
    return bad(
      'a JSON Patch is taken although its test of the version fails',
      'What somebody else wrote in between would be mixed with it: leave fhir.patch out.',
    );
  const refused = await send(known.versionId);
  if (refused === undefined && (await isThere()))
    return ok('a JSON Patch with a test of the version is taken in a transaction (fhir.patch)');
  const text = `a JSON Patch in a transaction ${refused === undefined ? 'changes nothing' : `is ${refused}`}`;
  return isWanted
    ? problem(text, 'Every update would be sent twice: take fhir.patch out of the configuration.')
    : ok(`${text}; the engine does not send any without fhir.patch`);
};

/** The same resource with one thing changed. */
function changed(session: Session, location: string, name: string): FhirResource {
  const id = location.split('/')[1] ?? '';
  return { ...session.resource({ value: session.value(name) }), id, language: 'en' };
}

export const minimal: Check = async ({ session }) => {
  const value = session.value('minimal');
  const reply = await session.transact([{ method: 'POST', resource: session.resource({ value }) }], {
    Prefer: 'return=minimal',
  });
  const [entry] = reply.entries;
  if (refusalIn(reply) !== undefined || !entry)
    return note('Prefer: return=minimal is not taken; the engine does not send it');
  const how = entry.version ? `the version is told (${entry.version.told})` : 'the version is not told';
  return reply.text.includes(PROBE_SOURCE)
    ? note(
        `Prefer: return=minimal is not honoured; ${how}`,
        'Nothing follows for the engine, which does not ask for it.',
      )
    : ok(`Prefer: return=minimal is honoured; ${how}`);
};

export const references: Check = async ({ session }) => {
  const fullUrl = 'urn:uuid:3f6c2a1e-0c55-4d3e-9a3f-6a1f7f0d5a01';
  const reply = await session.transact([
    { method: 'POST', fullUrl, resource: session.resource({ value: session.value('target') }) },
    { method: 'POST', resource: session.resource({ value: session.value('reference'), reference: fullUrl }) },
  ]);
  const [target, referring] = reply.entries;
  if (refusalIn(reply) !== undefined || !target?.location || !referring?.location)
    return problem(
      `resources that refer to each other within a transaction are not taken: ${refusalIn(reply) ?? 'no location is told'}`,
      'The engine makes a study with its patient like this.',
    );
  const { json } = await session.get(referring.location);
  const reference = json && probeReference(json);
  return reference?.endsWith(target.location)
    ? ok('references within a transaction become those of what was made')
    : problem(
        `a reference within a transaction ${reference === undefined ? 'is dropped' : 'stays as it was sent'}`,
        'Studies would refer to no patient; please report this server.',
      );
};

export const entries: Check = async (options) => {
  const { session, maxTransactionEntries: wanted } = options;
  const one = await made(options, 'entries');
  if (!one) return UNMADE;
  const takes = async (count: number): Promise<boolean> => {
    const reads = Array.from({ length: count }, () => ({ method: 'GET', url: one.location }) as const);
    return refusalIn(await session.transact(reads)) === undefined;
  };
  if (await takes(wanted))
    return ok(`a transaction of ${wanted} entries is taken (fhir.maxTransactionEntries)`);
  for (const limit of KNOWN_LIMITS.filter((each) => each < wanted)) {
    if (!(await takes(limit))) continue;
    return {
      verdict: 'problem',
      text: `a transaction of ${wanted} entries (fhir.maxTransactionEntries) is refused, one of ${limit} is taken`,
      help: 'Larger groups would be halved until they fit, at the cost of many requests.',
      settings: { 'fhir.maxTransactionEntries': limit },
    };
  }
  return unknown('how many entries a transaction may have could not be told: it takes no reads');
};

export const removal: Check = async (options) => {
  const { session } = options;
  const one = await made(options, 'removal');
  if (!one) return UNMADE;
  const remove = (): Promise<Reply> => session.transact([{ method: 'DELETE', url: one.location }]);
  const first = refusalIn(await remove());
  if (first !== undefined)
    return problem(
      `a delete in a transaction is ${first}`,
      'Emptied studies would stay, with a row for each; check the rights of the account.',
    );
  const second = refusalIn(await remove());
  if (second !== undefined) return note(`a delete of what is gone is ${second}; the engine reads again then`);
  return ok('what is deleted is gone, and deleting it again does no harm');
};
