/**
 * One entry comes in, the scope that rules read goes out: its dataset with the three UIDs of the feed entry, and the names
 * `settings`, `source` and `entry`.
 */
import type { ChangeFeedEntry, DicomJson } from '../dicom/entry.ts';
import type { MappingPlan, ReadScope, SourceInfo } from '../plan.ts';

const STUDY_INSTANCE_UID = '0020000D';
const SERIES_INSTANCE_UID = '0020000E';
const SOP_INSTANCE_UID = '00080018';

export function extractScope(plan: MappingPlan, entry: ChangeFeedEntry, source: SourceInfo): ReadScope {
  const { partitionName, action, state, timestamp, sequence } = entry;
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = entry;
  return {
    entry,
    dataset: datasetOf(entry),
    names: {
      settings: plan.settings,
      source: lastNames(source, partitionName),
      entry: { sequence, action, state, timestamp, studyInstanceUid, seriesInstanceUid, sopInstanceUid },
    },
  };
}

type SourceNames = Readonly<Record<string, unknown>>;

const last = new WeakMap<
  SourceInfo,
  { readonly partition: string | undefined; readonly names: SourceNames }
>();

/** Entries come from few partitions, and one object for many of them is soon compared. */
function lastNames(source: SourceInfo, partition: string | undefined): SourceNames {
  const known = last.get(source);
  if (known && known.partition === partition) return known.names;
  const names = Object.freeze(namesOfSource(source, partition));
  last.set(source, { partition, names });
  return names;
}

/**
 * What `$source` holds. A partition that counts as a source of its own has the address under which the DICOM service offers
 * it, `<url>/partitions/<name>`, and an id of that form.
 */
function namesOfSource(source: SourceInfo, partition: string | undefined): SourceNames {
  const { id, url, urls = [url], hasSeparatePartitions = false } = source;
  if (partition === undefined) return { id, url, urls, isPartition: false };
  if (!hasSeparatePartitions) return { id, url, urls, partition, isPartition: false };
  const own = `${url.replace(/\/+$/, '')}/partitions/${encodeURIComponent(partition.toWellFormed())}`;
  return { id: `${id}/${partition}`, url: own, urls: [own, ...urls], partition, isPartition: true };
}

/** The metadata with the UIDs of the feed, which always count more; itself where it has them, as it nearly always does. */
export function datasetOf(entry: ChangeFeedEntry): DicomJson {
  const { metadata, studyInstanceUid, seriesInstanceUid, sopInstanceUid } = entry;
  if (
    metadata &&
    isUid(metadata, STUDY_INSTANCE_UID, studyInstanceUid) &&
    isUid(metadata, SERIES_INSTANCE_UID, seriesInstanceUid) &&
    isUid(metadata, SOP_INSTANCE_UID, sopInstanceUid)
  )
    return metadata;
  const uid = (value: string) => ({ vr: 'UI', Value: [value] });
  return {
    ...metadata,
    [STUDY_INSTANCE_UID]: uid(studyInstanceUid),
    [SERIES_INSTANCE_UID]: uid(seriesInstanceUid),
    [SOP_INSTANCE_UID]: uid(sopInstanceUid),
  };
}

/** What stands in the metadata may have any shape. */
function isUid(metadata: DicomJson, tag: string, uid: string): boolean {
  const { vr, Value } = (Object.hasOwn(metadata, tag) ? metadata[tag] : undefined) ?? {};
  return vr === 'UI' && Array.isArray(Value) && Value.length === 1 && Value[0] === uid;
}
