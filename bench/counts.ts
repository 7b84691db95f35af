/**
 * Benchmarks that count: requests and bytes, which are the same in every run on every machine.
 */
import type { Project } from '../engine/cli/project.ts';
import { runHere } from './engine.ts';
import { entryCount, type FeedShape } from './entries.ts';
import { type Bench, plainRow, type Row, row, spell } from './row.ts';
import type { Counts } from './server.ts';

/** Twenty studies of 300 that arrive at once, of twelve people: the feed of most benchmarks. */
export const INTERLEAVED: FeedShape = { studies: 20, instances: 300, atOnce: 20, patients: 12 };

export function oneStudy(instances: number): FeedShape {
  return { studies: 1, instances, atOnce: 1, patients: 1 };
}

export async function requestRows(bench: Bench): Promise<readonly Row[]> {
  const interleaved = await count(bench, INTERLEAVED);
  const single = await count(bench, oneStudy(1000));
  const rows = [
    row(
      'requests per 1,000 instances, 20 interleaved studies',
      per1000(interleaved),
      { must: 40, stretch: 30 },
      split(interleaved),
    ),
    row(
      'requests per 1,000 instances, one study of 1,000',
      per1000(single),
      { must: 20, stretch: 12 },
      split(single),
    ),
  ];
  if (bench.isQuick) return rows;
  const everyone = await count(bench, { ...INTERLEAVED, patients: 20 });
  const what = 'requests per 1,000 instances, 20 interleaved studies of 20 people';
  return [...rows, plainRow(what, per1000(everyone), split(everyone))];
}

export async function byteRows(bench: Bench): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const instances of [100, 1000, 5000]) {
    const { ratio, note } = await bytes(bench, oneStudy(instances));
    const what = `bytes sent for a study of ${instances.toLocaleString('en')} ÷ its final JSON`;
    rows.push(row(what, ratio, { must: 4, stretch: 3 }, note));
  }
  if (bench.isQuick) return rows;
  const crowd = { ...INTERLEAVED, instances: 1000 };
  const { ratio, note } = await bytes(bench, crowd);
  const what = `bytes sent for 20 studies of ${crowd.instances.toLocaleString('en')} that arrive at once ÷ their final JSON`;
  const patched = await bytes({ ...bench, project: withPatches(bench.project) }, crowd);
  return [
    ...rows,
    plainRow(what, ratio, note),
    plainRow(`${what}, with \`fhir.patch\``, patched.ratio, patched.note),
  ];
}

export function withPatches({ config, ...project }: Project): Project {
  return { ...project, config: { ...config, fhir: { ...config.fhir, patch: true } } };
}

interface Counted {
  readonly counts: Counts;
  readonly entries: number;
}

async function count({ project, server }: Bench, shape: FeedShape): Promise<Counted> {
  const { counts } = await runHere(project, server, { shape, feedLatency: 0, fhirLatency: 0 });
  return { counts, entries: entryCount(shape) };
}

/** Requests of both servers for 1,000 entries of a feed of this shape. */
export async function requestsPer1000(bench: Bench, shape: FeedShape): Promise<number> {
  return per1000(await count(bench, shape));
}

function per1000({ counts, entries }: Counted): number {
  return ((counts.feedRequests + counts.fhirRequests) * 1000) / entries;
}

function split({ counts, entries }: Counted): string {
  const { feedRequests, fhirRequests, transactions } = counts;
  return `${feedRequests} of the feed, ${fhirRequests} of the FHIR server (${transactions} transactions) for ${spell(entries)} entries`;
}

/** Everything that was sent to the FHIR server, against the studies as they then stand there. */
export async function bytes(
  bench: Bench,
  shape: FeedShape,
): Promise<{ readonly ratio: number; readonly note: string }> {
  const { counts } = await count(bench, shape);
  const studies = (await bench.server.resources()).filter((each) => each['resourceType'] === 'ImagingStudy');
  const final = studies.reduce((sum, study) => sum + Buffer.byteLength(JSON.stringify(study)), 0);
  const note = `${counts.fhirBytesIn.toLocaleString('en')} bytes in ${counts.transactions} transactions for ${final.toLocaleString('en')}`;
  return { ratio: counts.fhirBytesIn / final, note };
}
