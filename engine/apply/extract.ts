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
      source: partitionName === undefined ? source : { ...source, partition: partitionName },
      entry: { sequence, action, state, timestamp, studyInstanceUid, seriesInstanceUid, sopInstanceUid },
    },
  };
}

/** The metadata with the UIDs of the feed, which always count more. */
export function datasetOf(entry: ChangeFeedEntry): DicomJson {
  const uid = (value: string) => ({ vr: 'UI', Value: [value] });
  return {
    ...entry.metadata,
    [STUDY_INSTANCE_UID]: uid(entry.studyInstanceUid),
    [SERIES_INSTANCE_UID]: uid(entry.seriesInstanceUid),
    [SOP_INSTANCE_UID]: uid(entry.sopInstanceUid),
  };
}
