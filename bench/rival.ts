/**
 * The access pattern of DICOM Cast, as its source has it: pages of 10, the newest sequence asked before each page, one entry
 * after the other, three searches for each and one transaction with the whole study. Mapping, merge, bundle and HTTP clients
 * are those of the engine, so that nothing but the pattern differs; the state that it writes after each page is left out.
 */

import { identityLookups, matchIdentities, slotDrafts } from '../engine/apply/lookup.ts';
import { createMemo } from '../engine/apply/memo.ts';
import { createFold } from '../engine/apply/merge.ts';
import { buildTransaction } from '../engine/apply/transaction.ts';
import { draftEntry } from '../engine/apply/transform.ts';
import type { CurrentResource } from '../engine/fhir/resource.ts';
import { FEED_HTTP_CODES } from '../engine/io/change-feed.ts';
import { createFeedRequests } from '../engine/io/feed-requests.ts';
import { createFhirServer, FHIR_HTTP_CODES } from '../engine/io/fhir-server.ts';
import { createHttp } from '../engine/io/http.ts';
import type { MappingPlan, SourceInfo } from '../engine/plan.ts';
import type { BenchServer } from './server.ts';

const PAGE = 10;

/** Follows the feed to its end and gives the number of entries. */
export async function runRival(plan: MappingPlan, server: BenchServer, source: SourceInfo): Promise<number> {
  const feedHttp = createHttp({ baseUrl: server.feedUrl, codes: FEED_HTTP_CODES });
  const fhirHttp = createHttp({ baseUrl: server.fhirUrl, codes: FHIR_HTTP_CODES });
  const feed = createFeedRequests(feedHttp, 'v1', () => 0);
  const fhir = createFhirServer({ http: fhirHttp, fhirVersion: plan.fhirVersion });
  const memo = createMemo();
  try {
    let entries = 0;
    for (let offset = 0; ; offset += PAGE) {
      const newest = (await feed.latest())?.sequence ?? 0;
      if (newest <= offset) return entries;
      for (const item of await feed.read({ offset, limit: PAGE }, true)) {
        if ('malformed' in item) throw new Error('the generator made an entry that cannot be read');
        const draft = await draftEntry(plan, item, { source, enforceTagValues: false }, memo);
        const currents = new Map<string, CurrentResource>();
        for (const lookup of identityLookups(slotDrafts([draft], new Map()))) {
          const found = await fhir.search(lookup.resourceType, lookup.criteria);
          for (const [slot, current] of matchIdentities(lookup, found).matches) currents.set(slot, current);
        }
        const fold = createFold(currents);
        fold.step(draft);
        const transaction = buildTransaction(fold.finish(), plan);
        if (transaction) await fhir.transact(transaction.bundle);
        entries++;
      }
    }
  } finally {
    feedHttp.close();
    fhirHttp.close();
  }
}
