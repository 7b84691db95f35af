/**
 * How much of a feed is asked for at a time and ahead of time: the sizes of the pages so far come in, a width and a number of
 * requests go out, so that pages of huge entries stay within memory and small ones keep the line busy.
 */

/** What one page may weigh, and all that were asked for ahead: a study of enhanced images can have a megabyte an entry. */
const PAGE_BYTES = 4 * 1024 * 1024;
const AHEAD_BYTES = 32 * 1024 * 1024;

export interface PageSizes {
  /** Entries to ask for: `most`, or fewer where the last ones were large. */
  width(most: number): number;
  /** Requests of that width that may be under way, or answered and not read yet. */
  requests(width: number): number;
  /** Told of each page that was read. */
  note(bytes: number, entries: number): void;
}

/** `readAhead`: requests at the same time at most; 1 asks for nothing ahead. */
export function createPageSizes(readAhead: number): PageSizes {
  let bytesPerEntry = 0;
  return {
    width: (most) => Math.max(1, Math.min(most, Math.floor(PAGE_BYTES / Math.max(1, bytesPerEntry)))),
    requests: (width) =>
      Math.max(1, Math.min(readAhead, Math.floor(AHEAD_BYTES / Math.max(1, bytesPerEntry * width)))),
    note(bytes, entries) {
      if (entries > 0) bytesPerEntry = bytes / entries;
    },
  };
}
