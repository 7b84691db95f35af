/**
 * What an instance has for an attribute: a dataset and the name of an attribute come in; absent, empty or present, its VR and
 * the number of its values go out, the values themselves only on demand.
 */
import { hasValue, readElement } from '../dicom/dataset.ts';
import { attributeByTag } from '../dicom/dictionary.ts';
import type { DicomJson } from '../dicom/entry.ts';
import { parseTag, type TagPath } from '../dicom/tag.ts';

export interface TagState {
  /** `(0010,0030)`; of a path `(0008,1032).(0008,0100)`. */
  readonly tag: string;
  /** As plans name it: keyword, or the number again. */
  readonly keyword: string;
  readonly state: 'absent' | 'empty' | 'present';
  readonly vr?: string;
  readonly count?: number;
  /** As the instance has them; only where values may be shown. */
  readonly values?: readonly unknown[];
}

export function tagState(dataset: DicomJson, name: string, showValues: boolean): TagState {
  const path = pathOf(name);
  const tag = { tag: tagNumber(name), keyword: name };
  const found = readElement(dataset, path);
  if (!found || !hasValue(found)) {
    const [first] = path;
    const isThere = first && 'tag' in first && Object.hasOwn(dataset, first.tag);
    return { ...tag, state: isThere ? 'empty' : 'absent' };
  }
  const { vr, values } = found;
  return {
    ...tag,
    state: 'present',
    ...(vr !== undefined && isVr(vr) ? { vr } : {}),
    count: values.length,
    ...(showValues ? { values } : {}),
  };
}

/** `PatientID` gives `(0010,0020)`; a private name is its number already. */
export function tagNumber(name: string): string {
  return pathOf(name)
    .map((step) => ('tag' in step ? written(step.tag) : `(${step.group},xx${step.element})`))
    .join('.');
}

/** Attributes of the dataset that are not among `names`, in the order of their tags; without group lengths. */
export function unreadAttributes(
  dataset: DicomJson,
  names: ReadonlySet<string>,
): readonly { readonly tag: string; readonly keyword: string; readonly vr: string }[] {
  const read = new Set<string>();
  for (const name of names) {
    const [first] = pathOf(name);
    if (!first) continue;
    // The block of a private attribute differs between instances: all blocks count as read.
    read.add('tag' in first ? first.tag : `${first.group}..${first.element}`);
  }
  return Object.keys(dataset)
    .map((key) => ({ key, tag: key.toUpperCase() }))
    .filter(({ tag }) => /^[0-9A-F]{8}$/.test(tag) && !tag.endsWith('0000'))
    .filter(({ tag }) => !read.has(tag) && !read.has(`${tag.slice(0, 4)}..${tag.slice(6)}`))
    .toSorted((a, b) => (a.tag < b.tag ? -1 : 1))
    .map(({ key, tag }) => {
      const vr: unknown = dataset[key]?.vr;
      const keyword = attributeByTag(tag)?.keyword ?? '';
      return { tag: written(tag), keyword, vr: isVr(vr) ? vr : '' };
    });
}

/** An instance can say anything for a VR, and only a VR is shown. */
function isVr(vr: unknown): vr is string {
  return typeof vr === 'string' && /^[A-Z]{2}$/.test(vr);
}

function written(tag: string): string {
  return `(${tag.slice(0, 4)},${tag.slice(4)})`;
}

/** Names of plans are paths that were parsed before. */
function pathOf(name: string): TagPath {
  const path = parseTag(name);
  return 'error' in path ? [] : path;
}
