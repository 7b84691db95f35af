/**
 * Hostile input from the DICOM side: entries and pages of the change feed, values of every VR, DICOM JSON, DICOM files.
 */
import fc from 'fast-check';
import { createMemo } from '../../../engine/apply/memo.ts';
import { createFold } from '../../../engine/apply/merge.ts';
import { buildTransaction } from '../../../engine/apply/transaction.ts';
import { draftEntry } from '../../../engine/apply/transform.ts';
import { validateChanges } from '../../../engine/apply/validate.ts';
import { readElement } from '../../../engine/dicom/dataset.ts';
import { attributeByKeyword } from '../../../engine/dicom/dictionary.ts';
import {
  type ChangeFeedEntry,
  type DicomJson,
  type FeedItem,
  readEntry,
} from '../../../engine/dicom/entry.ts';
import { vrFault } from '../../../engine/dicom/vr.ts';
import { createChangeFeed } from '../../../engine/io/change-feed.ts';
import { readInstance, writeDicomFile } from '../../../engine/io/dicom-file.ts';
import type { Http } from '../../../engine/io/http.ts';
import { planOf } from '../../support/engine.ts';
import { dataset, entry } from '../../support/entries.ts';
import { answerOf } from './answers.ts';
import { hostileText, mutate, mutations, oddValue, wound, wounds } from './mutation.ts';
import { reasonable, target, type Verdict, verdictOf } from './target.ts';

const SOURCE = { id: 'proof', url: 'https://dicom.example.org/' };
const CODE = { CodeValue: 'CTH', CodingSchemeDesignator: '99X', CodeMeaning: 'Head' };

/** An instance that says something for every rule, with sequences in sequences. */
const INSTANCE = {
  PatientName: 'Zebra^Anna^M^Dr.^III=斑馬^安娜=シマウマ^アンナ',
  PatientSex: 'F',
  PatientBirthDate: '19700102',
  IssuerOfPatientID: 'urn:oid:1.2.3',
  StudyDate: '20240305',
  StudyTime: '091530.250',
  TimezoneOffsetFromUTC: '+0100',
  SeriesDate: '20240305',
  SeriesTime: '0916',
  StudyDescription: 'CT head',
  SeriesDescription: 'axial',
  AccessionNumber: 'A1',
  SeriesNumber: 2,
  InstanceNumber: 7,
  ProcedureCodeSequence: [CODE, CODE],
  RequestAttributesSequence: [{ ScheduledProcedureStepID: 'S1', ScheduledProtocolCodeSequence: [CODE] }],
};
const GOOD_ENTRIES = [entry(INSTANCE), entry({ ...INSTANCE, action: 'update' }), entry({ action: 'delete' })];

/** Everything that the engine does with one item of a feed before and after it reads the FHIR server. */
export async function takeItem(item: FeedItem): Promise<Verdict> {
  if ('malformed' in item) {
    reasonable(item.reason);
    return 'refused';
  }
  const plan = planOf(undefined);
  const draft = await draftEntry(plan, item, { source: SOURCE, enforceTagValues: false }, createMemo());
  for (const issue of [...draft.issues, ...(draft.failed ? [draft.failed] : [])]) reasonable(issue.message);
  if (draft.failed) return 'refused';
  return verdictOf(() => {
    const fold = createFold(new Map());
    const failed = fold.step(draft);
    if (failed) reasonable(failed.message);
    const changes = fold.finish();
    validateChanges(changes, plan, { source: SOURCE });
    JSON.stringify(buildTransaction(changes, plan)?.bundle);
  });
}

const feedEntries = target({
  inputs: fc.record({ entry: fc.constantFrom(...GOOD_ENTRIES), mutations }),
  check: ({ entry: good, mutations: list }) =>
    takeItem(readEntry(JSON.parse(hostileText(mutate(good, list))))),
});

/** Every attribute that a shipped rule reads, with an element made of odd parts. */
const KEYWORDS = [...Object.keys(INSTANCE), 'PatientID', 'Modality', 'SOPClassUID', 'SpecificCharacterSet'];
const VRS =
  'AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV'.split(
    ' ',
  );
const oddElement = fc.record(
  {
    vr: fc.oneof(fc.constantFrom(...VRS), oddValue),
    Value: fc.oneof(fc.array(oddValue, { maxLength: 4 }), oddValue),
    InlineBinary: oddValue,
    BulkDataURI: oddValue,
  },
  { requiredKeys: [] },
);

const datasetElements = target({
  inputs: fc.array(
    fc.record({ keyword: fc.constantFrom(...KEYWORDS), element: fc.oneof(oddElement, oddValue) }),
    {
      minLength: 1,
      maxLength: 5,
    },
  ),
  check(elements) {
    const [good] = GOOD_ENTRIES;
    const metadata = {
      ...(good?.['metadata'] as object),
      ...Object.fromEntries(elements.map(({ keyword, element }) => [tagOf(keyword), element])),
    };
    return takeItem(readEntry(JSON.parse(hostileText({ ...good, metadata }))));
  },
});

function tagOf(keyword: string): string {
  return attributeByKeyword(keyword)?.tag ?? '00091001';
}

const vrValues = target({
  inputs: fc.record({ vr: fc.oneof(fc.constantFrom(...VRS), fc.string()), value: oddValue }),
  check({ vr, value }) {
    const reason = vrFault(vr, JSON.parse(hostileText(value) ?? 'null'));
    if (reason !== undefined) reasonable(reason);
    return reason === undefined ? 'taken' : 'refused';
  },
});

const feedAnswers = target({
  inputs: fc.record({
    bodies: fc.array(
      fc.record({
        mutations: fc.oneof(fc.constant([]), mutations),
        wounds: fc.oneof(fc.constant([]), wounds),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    apiVersion: fc.constantFrom('v1' as const, 'v2' as const),
    ignoreJsonParsingErrors: fc.boolean(),
    status: fc.constantFrom(200, 200, 200, 200, 204, 301, 400, 401, 429, 503, 999),
    type: fc.constantFrom('application/json', 'text/html', '', '\u0000'),
    retryAfter: fc.constantFrom(undefined, '1e9', '-5', 'soon', 'Fri, 31 Feb 2099', '99999999999999999999'),
  }),
  async check({ bodies, apiVersion, ignoreJsonParsingErrors, status, type, retryAfter }) {
    let asked = 0;
    const headers = {
      'content-type': type,
      ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    };
    const http: Http = {
      baseUrl: 'http://127.0.0.1',
      close: () => undefined,
      async request({ url }) {
        const { mutations: list, wounds: cuts } = bodies[asked++ % bodies.length] as (typeof bodies)[number];
        const page = url.includes('latest')
          ? entry(INSTANCE, 3)
          : GOOD_ENTRIES.map((good, index) => ({ ...good, sequence: index + 1 }));
        return answerOf(asked > 40 ? 503 : status, wound(hostileText(mutate(page, list)), cuts), headers);
      },
    };
    const feed = createChangeFeed({
      http,
      apiVersion,
      ignoreJsonParsingErrors,
      now: () => Date.UTC(2024, 5, 1),
    });
    return verdictOf(async () => {
      let position: Parameters<typeof feed.page>[0];
      for (let pages = 0; pages < 5; pages++) {
        const page = await feed.page(position, 20);
        // What the position holds survives the state file.
        position = JSON.parse(JSON.stringify(page.next));
        if (!Number.isSafeInteger(page.next.sequence)) throw new TypeError('the position has no sequence');
        for (const item of page.items) await takeItem(item);
        if (page.drained) break;
      }
    });
  },
});

const FILES = [
  writeDicomFile(
    dataset({
      StudyInstanceUID: '1.2',
      SeriesInstanceUID: '1.2.3',
      SOPInstanceUID: '1.2.3.4',
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
      PatientID: 'P1',
      Modality: 'CT',
      ...INSTANCE,
    }),
  ),
  writeDicomFile(
    dataset({
      StudyInstanceUID: '1.2',
      SeriesInstanceUID: '1.2.3',
      SOPInstanceUID: '1.2.3.4',
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
      PatientID: 'P1',
      Modality: 'CT',
    }),
  ),
];

const bytes = fc.array(
  fc.record({
    at: fc.nat(100_000),
    kind: fc.constantFrom('set', 'set', 'set', 'length', 'cut', 'insert', 'vr', 'end'),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 0xff, 0xfe, 0x5c, 0x1b, 0x80)),
  }),
  { minLength: 1, maxLength: 6 },
);

const dicomFiles = target({
  inputs: fc.record({ file: fc.nat(FILES.length - 1), changes: bytes }),
  check: ({ file, changes }) =>
    verdictOf(async () => {
      let buffer = Buffer.from(FILES[file] as Uint8Array);
      for (const { at, kind, byte } of changes) {
        const place = at % Math.max(1, buffer.length);
        if (buffer.length === 0) continue;
        if (kind === 'set') buffer[place] = byte;
        else if (kind === 'length') buffer.fill(byte, place, Math.min(buffer.length, place + 4));
        else if (kind === 'vr') buffer.write(VRS[byte % VRS.length] as string, place, 'latin1');
        else if (kind === 'cut')
          buffer = Buffer.concat([buffer.subarray(0, place), buffer.subarray(place + byte)]);
        else if (kind === 'end') buffer = buffer.subarray(0, place);
        else
          buffer = Buffer.concat([
            buffer.subarray(0, place),
            Buffer.alloc(byte, byte),
            buffer.subarray(place),
          ]);
      }
      await takeInstance(readInstance(buffer, 'a.dcm'));
    }),
});

const dicomJson = target({
  inputs: fc.record({ mutations, wounds: fc.oneof(fc.constant([]), fc.constant([]), wounds) }),
  check: ({ mutations: list, wounds: cuts }) =>
    verdictOf(async () => {
      const text = hostileText(mutate(GOOD_ENTRIES[0]?.['metadata'], list));
      await takeInstance(readInstance(Buffer.from(wound(text, cuts)), 'a.json'));
    }),
});

/** As the sandbox and `map` go on. */
async function takeInstance(metadata: DicomJson): Promise<void> {
  const uid = (tag: string) => readElement(metadata, [{ tag }])?.values[0];
  await takeItem(
    readEntry({
      sequence: 1,
      action: 'create',
      studyInstanceUid: uid('0020000D'),
      seriesInstanceUid: uid('0020000E'),
      sopInstanceUid: uid('00080018'),
      metadata,
    } as unknown as ChangeFeedEntry),
  );
}

export const dicomTargets = {
  'feed entries': feedEntries,
  'elements of datasets': datasetElements,
  'values of every VR': vrValues,
  'answers of the feed': feedAnswers,
  'DICOM files': dicomFiles,
  'DICOM JSON': dicomJson,
};
