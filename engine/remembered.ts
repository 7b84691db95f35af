/**
 * Resources as the FHIR server was last seen to hold them, by slot, so that a hot study is not read before every write. What is
 * remembered wrongly is noticed by the version check, and forgotten. Bounded in bytes, and each resource in age.
 */
import { equal } from './apply/json.ts';
import type { CurrentResource, FhirElement, FhirResource } from './fhir/resource.ts';

export interface RememberedOptions {
  /** Of the resources as JSON text, in UTF-16 units. */
  readonly bytes: number;
  readonly now: () => number;
}

export interface Remembered {
  get(slot: string): CurrentResource | undefined;
  /** The server gave it. */
  read(slot: string, current: CurrentResource): void;
  /** The server took it, under this version. */
  wrote(slot: string, current: CurrentResource, bytes: number): void;
  forget(slots: Iterable<string>): void;
  /** Forgets a resource under all of its slots: one resource may have several identities, or be met as a member of a set. */
  forgetResource(resource: Pick<FhirResource, 'resourceType' | 'id'>): void;
}

interface Item {
  readonly current: CurrentResource;
  readonly bytes: number;
  readonly at: number;
  readonly isRead: boolean;
}

/** So long nobody looks whether somebody else made a second resource with the same identifier, or deleted this one. */
const MAX_AGE_MS = 60_000;

export function createRemembered({ bytes: most, now }: RememberedOptions): Remembered {
  /** Last used last. */
  const items = new Map<string, Item>();
  /** Slots by type and id. */
  const slotsAt = new Map<string, Set<string>>();
  /** Types of which the server was seen to keep what it is sent, and types of which it does not. */
  const faithful = new Map<string, boolean>();
  let bytes = 0;

  const drop = (slot: string): void => {
    const item = items.get(slot);
    if (!item) return;
    bytes -= item.bytes;
    items.delete(slot);
    const place = placeOf(item.current.resource);
    const slots = slotsAt.get(place);
    slots?.delete(slot);
    if (slots?.size === 0) slotsAt.delete(place);
  };
  const put = (slot: string, item: Item): void => {
    drop(slot);
    if (item.bytes > most) return;
    items.set(slot, item);
    const place = placeOf(item.current.resource);
    slotsAt.set(place, (slotsAt.get(place) ?? new Set()).add(slot));
    bytes += item.bytes;
    for (const oldest of items.keys()) {
      if (bytes <= most) break;
      drop(oldest);
    }
  };

  return {
    get(slot) {
      const item = items.get(slot);
      if (!item) return undefined;
      if (now() - item.at > MAX_AGE_MS) {
        drop(slot);
        return undefined;
      }
      // Until it was seen once what the server makes of what it is sent, it is asked.
      if (!item.isRead && faithful.get(item.current.resource.resourceType) !== true) return undefined;
      items.delete(slot);
      items.set(slot, item);
      return item.current;
    },
    read(slot, current) {
      const before = items.get(slot);
      const { resourceType } = current.resource;
      if (before && !before.isRead && before.current.versionId === current.versionId) {
        const isKept = equal(withoutStamp(before.current.resource), withoutStamp(current.resource));
        if (!isKept || !faithful.has(resourceType)) faithful.set(resourceType, isKept);
      }
      put(slot, { current, bytes: JSON.stringify(current.resource).length, at: now(), isRead: true });
    },
    wrote(slot, current, size) {
      if (faithful.get(current.resource.resourceType) === false) drop(slot);
      else put(slot, { current, bytes: size, at: now(), isRead: false });
    },
    forget(slots) {
      for (const slot of slots) drop(slot);
    },
    forgetResource(resource) {
      for (const slot of [...(slotsAt.get(placeOf(resource)) ?? [])]) drop(slot);
    },
  };
}

function placeOf({ resourceType, id }: Pick<FhirResource, 'resourceType' | 'id'>): string {
  return `${resourceType}/${id}`;
}

/** Without what every server writes itself; HAPI appends the number of the request to `meta.source`. */
function withoutStamp({ id: _id, meta, ...content }: FhirResource): FhirElement {
  const { versionId: _version, lastUpdated: _updated, source, ...own } = (meta ?? {}) as FhirElement;
  const origin = typeof source === 'string' ? { source: source.split('#')[0] ?? '' } : {};
  return { ...content, meta: { ...own, ...origin } };
}
