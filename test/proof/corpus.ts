/**
 * The proof on real instances: every file of a folder is mapped, judged by the shape of FHIR and by further validators, written
 * to the sandbox, read back, and deleted through the feed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { readElement } from '../../engine/dicom/dataset.ts';
import type { DicomJson } from '../../engine/dicom/entry.ts';
import type { FhirResource } from '../../engine/fhir/resource.ts';
import { compileShape } from '../../engine/fhir/shape.ts';
import { readInstance } from '../../engine/io/dicom-file.ts';
import { canonical, type Loop, withLoop } from '../support/loop.ts';

/** Gives what is wrong with a resource, in words; nothing when all is well. */
export type Validate = (resource: FhirResource) => readonly string[];

export interface CorpusFigures {
  readonly files: number;
  readonly instances: number;
  /** Instances that the mappings refuse, by code. */
  readonly refused: Readonly<Record<string, number>>;
  /** Resources after everything was stored, by type. */
  readonly stored: Readonly<Record<string, number>>;
  /** The same when everything was deleted. */
  readonly left: Readonly<Record<string, number>>;
  readonly complaints: readonly string[];
}

/** Throws where a resource has not the shape of FHIR, is not read as it was written, or outlives its instances. */
export async function proveCorpus(folder: string, validate: Validate = () => []): Promise<CorpusFigures> {
  const files = readdirSync(folder)
    .filter((name) => /\.(?:json|dcm)$/.test(name))
    .sort();
  const instances = new Map<string, DicomJson>();
  for (const name of files) {
    const metadata = readInstance(readFileSync(join(folder, name)), name);
    // A file of both kinds holds one instance twice.
    instances.set(JSON.stringify(uidsOf(metadata)), metadata);
  }
  const created = [...instances.values()].map((metadata, index) => ({
    ...bare(index + 1, metadata),
    action: 'create',
    state: 'current',
    metadata,
  }));
  return withLoop({ pageSize: 50, windowEntries: 1000, ignoreJsonParsingErrors: true }, async (loop) => {
    // As texts: the loop would take every word of a report for a secret, and UIDs and times are none.
    await loop.show(created.map((each) => JSON.stringify(each)));
    await loop.run();
    const refused = countBy(
      loop.rows().filter(({ kind }) => kind !== 'InvalidDicomTag'),
      ({ code }) => code,
    );
    assertSilent([...instances.values()], JSON.stringify([loop.log, loop.rows()]));
    const stored = await readBack(loop);
    assert.is(canonical(stored), canonical(sent(loop, stored)), 'what is read is not what was written');
    const complaints: string[] = [];
    for (const resource of stored) {
      const [fault] = compileShape(resource.resourceType)(resource);
      assert.is(fault, undefined, `${resource.resourceType}: ${fault?.path} ${fault?.message}`);
      complaints.push(...validate(resource));
    }
    const gone = created.map((each) => ({
      ...bare(each.sequence, each.metadata),
      action: 'create',
      state: 'deleted',
    }));
    const deleted = created.map((each) => ({
      ...bare(created.length + each.sequence, each.metadata),
      action: 'delete',
      state: 'deleted',
    }));
    await loop.show([...gone, ...deleted]);
    await loop.run();
    const left = countBy(await readBack(loop), ({ resourceType }) => resourceType);
    for (const type of Object.keys(left))
      assert.ok(['Patient', 'Endpoint'].includes(type), `${type} is left`);
    return {
      files: files.length,
      instances: instances.size,
      refused,
      stored: countBy(stored, ({ resourceType }) => resourceType),
      left,
      complaints: [...new Set(complaints)],
    };
  });
}

/** What tells who somebody is: name, number, address, accession number. */
const PERSONAL = ['00100010', '00100020', '00101040', '00080050', '00080090', '00102154'];

function assertSilent(instances: readonly DicomJson[], printed: string): void {
  for (const value of instances.flatMap((metadata) =>
    PERSONAL.flatMap((tag) => textsIn(metadata[tag]?.Value)),
  )) {
    // Short numbers stand anywhere, and some people are called like their studies.
    if (value.length > 5 && !/^[\d.]+$/.test(value) && printed.includes(value))
      throw new Error('a log line or a row holds a value of a real instance');
  }
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

const UIDS = { studyInstanceUid: '0020000D', seriesInstanceUid: '0020000E', sopInstanceUid: '00080018' };

function uidsOf(metadata: DicomJson): Readonly<Record<keyof typeof UIDS, string>> {
  const entries = Object.entries(UIDS).map(([name, tag]) => [
    name,
    readElement(metadata, [{ tag }])?.values[0],
  ]);
  return Object.fromEntries(entries);
}

function bare(sequence: number, metadata: DicomJson) {
  const timestamp = new Date(Date.UTC(2024, 0, 1) + sequence * 1000).toISOString();
  return { sequence, ...uidsOf(metadata), timestamp };
}

/** Over HTTP, one by one. */
async function readBack({ fhir }: Loop): Promise<readonly FhirResource[]> {
  const resources: FhirResource[] = [];
  for (const { resourceType, id } of fhir.resources()) {
    const response = await fetch(`${fhir.url}/${resourceType}/${id}`);
    assert.is(response.status, 200);
    resources.push((await response.json()) as FhirResource);
  }
  return resources;
}

/** The last version of each resource that the engine sent, with references by the ids that the server gave. */
function sent({ bundles }: Loop, stored: readonly FhirResource[]): readonly FhirResource[] {
  const ids = new Map(
    stored.map((resource) => [identityOf(resource), `${resource.resourceType}/${resource.id}`]),
  );
  const last = new Map<string, FhirResource>();
  for (const { entry } of bundles) {
    const urls = entry.map(
      ({ fullUrl, resource }) => [fullUrl, resource && ids.get(identityOf(resource))] as const,
    );
    for (const { resource } of entry) {
      if (!resource) continue;
      let text = JSON.stringify(resource);
      for (const [url, id] of urls) if (url && id) text = text.replaceAll(`"${url}"`, `"${id}"`);
      last.set(identityOf(resource), {
        ...JSON.parse(text),
        id: ids.get(identityOf(resource))?.split('/')[1],
      });
    }
  }
  return [...last.values()];
}

function identityOf(resource: FhirResource): string {
  const [first] = (resource['identifier'] ?? []) as readonly { system?: string; value?: string }[];
  return `${resource.resourceType} ${first?.system ?? ''} ${first?.value ?? ''}`;
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}
