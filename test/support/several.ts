/**
 * Several DICOM services and one FHIR server, with a site whose configuration names them as sources: commands are run as
 * their users run them. Everything ends with `work`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../engine/cli/run.ts';
import type { FhirResource } from '../../engine/fhir/resource.ts';
import {
  type ChangeFeedSandbox,
  createChangeFeedSandbox,
  type Fault,
  type FaultRequest,
} from '../../engine/sandbox/change-feed-server.ts';
import type { FeedEntry } from './loop.ts';
import { createQuirkyFhir, type Quirk, type QuirkyFhir } from './quirky-fhir.ts';
import { siteProject } from './site.ts';
import { temporaryFolder } from './temp.ts';
import { type FakeTerminal, fakeTerminal } from './terminal.ts';

export interface SeveralOptions {
  /** Entries by the id of their source. */
  readonly feeds: Readonly<Record<string, readonly object[]>>;
  /** More of the configuration of a source, by its id: `partitions: separate`. */
  readonly config?: Readonly<Record<string, string>>;
  /** Lines at the end of the configuration. */
  readonly more?: string;
  readonly quirk?: Quirk;
}

export interface Several {
  readonly folder: string;
  readonly fhir: QuirkyFhir;
  terminal(): FakeTerminal;
  /** `run --once`; what was printed, without times. */
  drain(): Promise<{ readonly code: number; readonly err: string }>;
  push(source: string, ...entries: readonly (FeedEntry | object)[]): void;
  /** What the feed of a source does instead of answering. */
  onFeed(source: string, fault: ((request: FaultRequest) => Fault | undefined) | undefined): void;
  resources(type: string): readonly FhirResource[];
}

export const urlOf = (id: string): string => `https://${id}.example.org/`;

export async function withSeveral(
  { feeds, config = {}, more = '', quirk }: SeveralOptions,
  work: (several: Several) => Promise<void>,
): Promise<void> {
  const faults = new Map<string, (request: FaultRequest) => Fault | undefined>();
  const open = new Map<string, ChangeFeedSandbox>();
  const fhir = await createQuirkyFhir(quirk);
  try {
    for (const [id, entries] of Object.entries(feeds)) {
      const feed = await createChangeFeedSandbox({
        folder: temporaryFolder(),
        faults: (request) => faults.get(id)?.(request),
      });
      open.set(id, feed);
      for (const entry of entries) feed.push(entry);
    }
    const sources = [...open].map(
      ([id, { url }]) =>
        `  - { id: ${id}, type: change-feed, url: "${url}", publicUrl: "${urlOf(id)}"${config[id] ? `, ${config[id]}` : ''} }`,
    );
    const folder = siteProject();
    const path = join(folder, 'dicomcast.config.yaml');
    const text = readFileSync(path, 'utf8').replace(
      /^source:\n(?: .*\n)*/m,
      `sources:\n${sources.join('\n')}\n`,
    );
    writeFileSync(path, text + more);
    const terminal = (): FakeTerminal => fakeTerminal(folder, { FHIR_URL: fhir.url });
    await work({
      folder,
      fhir,
      terminal,
      async drain() {
        const own = terminal();
        const code = await run(own, { once: true });
        return { code, err: own.printed().err };
      },
      push(source, ...entries) {
        for (const entry of entries) open.get(source)?.push(entry);
      },
      onFeed(source, fault) {
        if (fault) faults.set(source, fault);
        else faults.delete(source);
      },
      resources: (type) => fhir.sandbox.resources(type),
    });
  } finally {
    for (const feed of open.values()) await feed.close();
    await fhir.close();
  }
}

/** `2.25.1: 1 series, 2.25.1.1.1 2.25.1.1.2; https://a.example.org/`, each study with its instances and endpoints. */
export function studies({ resources }: Pick<Several, 'resources'>): readonly string[] {
  const addresses = new Map(resources('Endpoint').map((each) => [`Endpoint/${each.id}`, each['address']]));
  return resources('ImagingStudy')
    .map((study) => {
      const identifiers = study['identifier'] as readonly { system?: string; value: string }[];
      const uid = identifiers.find(({ system }) => system === 'urn:dicom:uid')?.value ?? '';
      const series = (study['series'] ?? []) as { instance: { uid: string }[] }[];
      const uids = series.flatMap(({ instance }) => instance.map(({ uid }) => uid)).toSorted();
      const endpoints = ((study['endpoint'] ?? []) as { reference: string }[]).map(({ reference }) =>
        addresses.get(reference),
      );
      return `${uid.replace('urn:oid:', '')}: ${uids.join(' ')}; ${endpoints.toSorted().join(' ')}`;
    })
    .toSorted();
}
