/**
 * A set of sequence numbers as runs, since neighbours nearly always come together: `1-400,402`. Bounded: it forgets the
 * lowest runs first, which makes a feed give an entry again, never lose one.
 */

export interface SequenceSet {
  has(sequence: number): boolean;
  add(sequence: number): void;
  readonly isEmpty: boolean;
  /** `1-400,402`, at most about `maxLength` characters; the lowest runs are left out. */
  text(maxLength: number): string;
}

const MAX_RUNS = 50_000;

type Run = [first: number, last: number];

export function sequenceSet(text = ''): SequenceSet {
  const runs: Run[] = [];
  for (const [, first, last = first] of text.matchAll(/(\d+)(?:-(\d+))?/g))
    runs.push([Number(first), Number(last)]);

  /** Index of the first run that does not end before `sequence`. */
  function find(sequence: number): number {
    let low = 0;
    let high = runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((runs[middle]?.[1] ?? 0) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    has: (sequence) => (runs[find(sequence)]?.[0] ?? Number.POSITIVE_INFINITY) <= sequence,
    add(sequence) {
      const at = find(sequence);
      const after = runs[at];
      const before = runs[at - 1];
      if (after && after[0] <= sequence) return;
      const joinsBefore = before !== undefined && before[1] + 1 === sequence;
      const joinsAfter = after !== undefined && after[0] - 1 === sequence;
      if (joinsBefore && joinsAfter) {
        before[1] = after[1];
        runs.splice(at, 1);
      } else if (joinsBefore) before[1] = sequence;
      else if (joinsAfter) after[0] = sequence;
      else runs.splice(at, 0, [sequence, sequence]);
      if (runs.length > MAX_RUNS) runs.shift();
    },
    get isEmpty() {
      return runs.length === 0;
    },
    text(maxLength) {
      const parts: string[] = [];
      let length = 0;
      for (const [first, last] of runs.toReversed()) {
        const part = first === last ? String(first) : `${first}-${last}`;
        length += part.length + 1;
        if (length > maxLength) break;
        parts.push(part);
      }
      return parts.reverse().join(',');
    },
  };
}
