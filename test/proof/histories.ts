/**
 * The proof of histories: the properties of the loop on as many random histories as one likes. What fails is shrunk, and told
 * as a case file that `dicomcast test` runs.
 */
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { attributeByTag } from '../../engine/dicom/dictionary.ts';
import type { FeedEntry } from '../support/loop.ts';
import {
  type CounterExample,
  LOOP_PROPERTIES,
  type LoopProperty,
  OTHERS,
} from '../support/loop-properties.ts';

const MAPPINGS = resolve(import.meta.dirname, '../../mappings');

export interface HistoryFigures {
  readonly name: string;
  readonly histories: number;
}

/** `histories` are shared out over the properties. Throws with a case file when one does not hold. */
export async function proveHistories(
  histories: number,
  seed: number,
  limit: number,
  properties: readonly LoopProperty[] = LOOP_PROPERTIES,
): Promise<readonly HistoryFigures[]> {
  const figures: HistoryFigures[] = [];
  for (const { name, check } of properties) {
    const result = await check({ runs: Math.ceil(histories / properties.length), seed, limit });
    if ('message' in result) {
      const where =
        'As a case: save it as counter-example.test.yaml, and run dicomcast test counter-example.test.yaml';
      throw new Error(`${name}: ${result.message}\n\n${where}\n\n${caseFile(name, result)}`);
    }
    figures.push({ name, histories: result.runs });
  }
  return figures;
}

/**
 * The history as the format of mapping tests writes it (schemas/mapping-test.schema.json). What `dicomcast test` asks of every
 * case unasked (pages of one and two, the same feed again, instances in another order) is what the properties ask.
 */
export function caseFile(name: string, { seed, feed, others }: CounterExample): string {
  const file = {
    mappings: ['patient.yaml', 'endpoint.yaml', 'imaging-study.yaml'].map((each) => join(MAPPINGS, each)),
    cases: {
      'counter-example': {
        about: `Seed ${seed}: it does not hold that ${name}.`,
        given: { ...(others ? { existing: OTHERS } : {}), feed: feed.map(stepOf) },
        // What is wrong is for the invariants of every case to say.
        expect: { absent: ['Basic'] },
      },
    },
  };
  return stringify(file, { lineWidth: 0, collectionStyle: 'any' });
}

function stepOf({ action, state, metadata, ...uids }: FeedEntry): object {
  const attributes = Object.entries(metadata ?? {}).map(([tag, { Value }]) => {
    const [value] = (Value ?? []) as readonly unknown[];
    const text =
      typeof value === 'object' && value !== null ? (value as { Alphabetic?: string }).Alphabetic : value;
    return [attributeByTag(tag)?.keyword ?? tag, text];
  });
  const instance = {
    StudyInstanceUID: uids.studyInstanceUid,
    SeriesInstanceUID: uids.seriesInstanceUid,
    SOPInstanceUID: uids.sopInstanceUid,
    ...Object.fromEntries(attributes),
  };
  const usual = action === 'delete' ? 'deleted' : 'current';
  return {
    change: action,
    ...(state === usual ? {} : { state }),
    instance,
    ...(action !== 'delete' && metadata === undefined ? { metadata: null } : {}),
  };
}
