/**
 * The long proofs by name: sizes come in, a table of figures for README.md goes out, or an error that says what does not hold.
 */
import { writeFileSync } from 'node:fs';
import { corpusFolder } from '../support/corpus.ts';
import { proveCorpus } from './corpus.ts';
import { proveCrashes } from './crash.ts';
import type { Figures } from './figures.ts';
import { proveHistories } from './histories.ts';
import { proveHostile } from './hostile/hostile.ts';
import { targets } from './hostile/targets.ts';
import { proveLong } from './long.ts';
import { mutateMapping, shippedMappings } from './mutations.ts';
import { secondValidator } from './second-validator.ts';
import { audit, PAGE, runtimePackages, thirdPartyPage } from './supply-chain.ts';

export interface Sizes {
  readonly seed: number;
  readonly kills: number;
  readonly entries: number;
  readonly studies: number;
  readonly inputs: number;
  readonly histories: number;
  /** Of the long run. */
  readonly feed: number;
}

export const PROOFS: Readonly<Record<string, (sizes: Sizes) => Promise<Figures>>> = {
  async crash({ seed, kills, entries, studies }) {
    const rows: string[][] = [];
    // Half of the kills by either version of the feed, each with a history of its own.
    for (const [index, apiVersion] of (['v1', 'v2'] as const).entries()) {
      const options = { entries, studies, kills: Math.ceil(kills / 2), killsPerPass: 25, apiVersion };
      const figures = await proveCrashes({ ...options, seed: seed + index });
      const moments = Object.entries(figures.moments).map(([moment, count]) => `${moment} ${count}`);
      rows.push([
        `feed ${apiVersion}`,
        ...[figures.entries, studies, figures.kills, figures.starts, figures.resources, figures.rows].map(
          String,
        ),
        moments.sort().join(', '),
      ]);
    }
    return {
      title: 'Crashes: killed with SIGKILL, and in the end as if undisturbed',
      head: ['', 'entries', 'studies', 'kills', 'starts', 'resources', 'error rows', 'moments'],
      rows,
    };
  },
  async hostile({ seed, inputs }) {
    const names = Object.keys(targets);
    const rows: string[][] = [];
    for (const name of names) {
      const [figures] = await proveHostile([name], seed, Math.ceil(inputs / names.length));
      if (!figures) continue;
      const { taken, refused, slowest, heapGrowth } = figures;
      console.log(`  ${name}: ${taken} taken, ${refused} refused`);
      const growth = `${(heapGrowth / 1024 / 1024).toFixed(1)} MiB`;
      rows.push([
        name,
        String(taken + refused),
        String(taken),
        String(refused),
        `${slowest.toFixed(2)} s`,
        growth,
      ]);
    }
    return {
      title: 'Hostile input: no crash, no hang, no prototype changed, a reason for what is refused',
      head: ['way in', 'inputs', 'taken', 'refused', 'slowest (processor time)', 'heap growth'],
      rows,
    };
  },
  async histories({ seed, histories }) {
    // Half an hour for each property at most.
    const figures = await proveHistories(histories, seed, 1_800_000);
    return {
      title: 'Histories: what holds for every cut, order, repetition and stop',
      head: ['property', 'histories'],
      rows: figures.map(({ name, histories: count }) => [name, String(count)]),
    };
  },
  async long({ feed }) {
    const { entries, perSecond, kept, rss, files, handles, state, transactions, faults, rows } =
      await proveLong(feed);
    const mega = (bytes: number): string => (bytes / 1024 ** 2).toFixed(0);
    return {
      title: 'Long run: memory, handles and state do not grow with what was read',
      head: [
        'entries',
        'entries/s',
        'transactions (answered wrongly)',
        'kept early / late, MB',
        'RSS early / late / most, MB',
        'open files',
        'active resources',
        'state file, KB',
        'rows',
      ],
      rows: [
        [
          String(entries),
          perSecond.toFixed(0),
          `${transactions} (${faults})`,
          [kept.early, kept.late].map(mega).join(' / '),
          [rss.early, rss.late, rss.most].map(mega).join(' / '),
          `${files.least} to ${files.most}`,
          `${handles.least} to ${handles.most}`,
          (state / 1024).toFixed(0),
          String(rows),
        ],
      ],
    };
  },
  async 'supply-chain'() {
    const packages = runtimePackages();
    const faults = packages.flatMap(({ name, faults: each }) => each.map((fault) => `${name} ${fault}`));
    if (faults.length > 0) throw new Error(faults.join('\n'));
    writeFileSync(PAGE, thirdPartyPage(packages));
    const direct = packages.filter(({ isDirect }) => isDirect).length;
    return {
      title: 'Supply chain: what runs beside our own code',
      head: ['packages', 'direct', 'licences that are not on the list', 'native code', 'npm audit'],
      rows: [[String(packages.length), String(direct), '0', '0', audit()]],
    };
  },
  async corpus() {
    const folder = corpusFolder();
    const head = [
      'files',
      'instances',
      'refused',
      'stored',
      'left when deleted',
      'complaints of a second validator',
    ];
    const title = 'Real data: mapped, validated, written, read back, deleted';
    if (folder === undefined)
      return { title, head, rows: [['skipped: there is no ../shared/corpus beside this checkout']] };
    const second = await secondValidator();
    const figures = await proveCorpus(folder, second ?? (() => []));
    for (const complaint of figures.complaints) console.log(`  ${complaint}`);
    const counts = (record: Readonly<Record<string, number>>) =>
      Object.entries(record)
        .map(([name, count]) => `${name} ${count}`)
        .join(', ');
    if (figures.complaints.length > 0)
      throw new Error(`${figures.complaints.length} complaints of the second validator`);
    const judged = second ? '0' : 'not asked: it could not be installed';
    const { files, instances, refused, stored, left } = figures;
    return {
      title,
      head,
      rows: [[String(files), String(instances), counts(refused), counts(stored), counts(left), judged]],
    };
  },
  mutations: proveMutations,
};

/** One row for each mapping; throws with the mutants that nothing noticed. */
async function proveMutations(): Promise<Figures> {
  const rows: string[][] = [];
  const survivors: string[] = [];
  for (const file of shippedMappings()) {
    const figures = await mutateMapping(file, true);
    const { mutants, found, failed, same } = figures;
    survivors.push(...figures.survivors);
    console.log(`  ${file}: ${mutants} mutants, ${figures.survivors.length} unnoticed`);
    rows.push([file, ...[mutants, found, failed, same].map(String)]);
  }
  if (survivors.length > 0) {
    const message = `${survivors.length} mutants that neither check nor a test of the mapping notices:`;
    throw Object.assign(new Error(message), { details: survivors.join('\n') });
  }
  const title =
    'Mutations: every character of the shipped mappings changed, of a large one every word; every key and item left out';
  return { title, head: ['mapping', 'mutants', 'found by check', 'failed a test', 'mean the same'], rows };
}
