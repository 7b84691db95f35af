/**
 * What can happen in mappings and what was seen of it: rules and branches are entered once, however many plans have them,
 * and keep the names of the cases in which they were seen. A number is always a number of cases, never of calls.
 */
import type { LookupPlan, PlaceInFile } from '../plan.ts';

/** `ran`: the rule was asked; `failed`: its value was invalid, or missing although required. */
export type RuleState = 'ran' | 'produced' | 'absent' | 'failed';

export interface RuleRecord {
  /** `Mapping.rule`. */
  readonly name: string;
  readonly mapping: string;
  readonly place: PlaceInFile;
  /** The states besides `produced` that a test can bring about; the others are noted and not asked for. */
  readonly asked: readonly ('absent' | 'failed')[];
  readonly required: boolean;
  readonly seen: Readonly<Record<RuleState, Set<string>>>;
}

export interface BranchRecord {
  /** `row`: of a table; its rows are counted apart. */
  readonly kind: 'branch' | 'row';
  /** `Mapping.rule`, `Mapping` or `Mapping let name`. */
  readonly subject: string;
  readonly mapping: string;
  readonly place: PlaceInFile;
  /** The same for the ways of one decision in one file. */
  readonly group: string;
  /** What is to be said as long as no case took it: `?: right side never taken`. */
  readonly untaken: string;
  /** The row of `codes:` or of a table. */
  readonly row?: string;
  /** As long as this rule never ran, the branch is a consequence. */
  readonly rule?: RuleRecord;
  readonly seen: Set<string>;
  /** Files by which it counts: that of the place, or those that name the table. */
  readonly owners: Set<string>;
}

export interface Ledger {
  rule(wanted: Omit<RuleRecord, 'seen'>): RuleRecord;
  branch(wanted: Omit<BranchRecord, 'seen' | 'owners'>): BranchRecord;
  /** By value; `owner` is the file that names the table. */
  rows(
    lookup: LookupPlan,
    wanted: Pick<BranchRecord, 'subject' | 'mapping' | 'rule'>,
    owner: string,
  ): ReadonlyMap<string, BranchRecord>;
  readonly rules: () => readonly RuleRecord[];
  readonly branches: () => readonly BranchRecord[];
}

export function createLedger(): Ledger {
  const rules = new Map<string, RuleRecord>();
  const branches = new Map<string, BranchRecord>();
  const lookups = new WeakMap<LookupPlan, ReadonlyMap<string, BranchRecord>>();
  const branch: Ledger['branch'] = (wanted) => {
    const { subject, place, untaken, row = '' } = wanted;
    // The row of a table is one row, whoever looks it up.
    const whose = wanted.kind === 'row' ? '' : subject;
    const key = JSON.stringify([place.file, place.line, place.column, untaken, row, whose]);
    const record = branches.get(key) ?? { ...wanted, seen: new Set(), owners: new Set([place.file]) };
    branches.set(key, record);
    return record;
  };
  return {
    branch,
    rule(wanted) {
      const { name, place } = wanted;
      const key = JSON.stringify([place.file, place.line, name]);
      const seen = { ran: new Set(), produced: new Set(), absent: new Set(), failed: new Set() } as const;
      const record = rules.get(key) ?? { ...wanted, seen: seen as RuleRecord['seen'] };
      rules.set(key, record);
      return record;
    },
    rows(lookup, wanted, owner) {
      const known = lookups.get(lookup);
      if (known) return known;
      const { key } = lookup;
      const kind = key === 'table' ? 'row' : 'branch';
      const records = lookup.rows().map(({ value, ...place }) => {
        const group = `${key} ${wanted.subject}`;
        const record = branch({
          ...wanted,
          kind,
          place,
          group,
          untaken: `${key}: row never met`,
          row: value,
        });
        if (kind === 'row') record.owners.add(owner);
        return [value, record] as const;
      });
      lookups.set(lookup, new Map(records));
      return new Map(records);
    },
    rules: () => [...rules.values()],
    branches: () => [...branches.values()],
  };
}
