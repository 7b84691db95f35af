/** Coverage reports as people and other programs read them. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CoverageReport } from '../../engine/testing/coverage-report.ts';
import {
  coverageLcov,
  coverageText,
  readThresholds,
  shortfalls,
} from '../../engine/testing/coverage-text.ts';

const test = suite('coverage text');

const BRANCH = { kind: 'branch', column: 5 } as const;
const REPORT: CoverageReport = {
  totals: {
    rules: { covered: 1, total: 2 },
    branches: { covered: 2, total: 6 },
    rows: { covered: 1, total: 3 },
  },
  files: [
    {
      file: 'mappings/site.yaml',
      totals: {
        rules: { covered: 1, total: 2 },
        branches: { covered: 2, total: 6 },
        rows: { covered: 0, total: 0 },
      },
      rules: [
        {
          rule: 'Patient.name',
          line: 4,
          column: 3,
          ran: 2,
          produced: 2,
          absent: 0,
          failed: 0,
          tests: ['a', 'b'],
        },
        { rule: 'Patient.gender', line: 9, column: 3, ran: 0, produced: 0, absent: 0, failed: 0, tests: [] },
      ],
      branches: [
        { ...BRANCH, subject: 'Patient.name', line: 4, group: 0, untaken: 'never absent', taken: 0 },
        { ...BRANCH, subject: 'Patient.name', line: 6, group: 1, untaken: 'when: never true', taken: 2 },
        { ...BRANCH, subject: 'Patient.name', line: 6, group: 1, untaken: 'when: never false', taken: 1 },
        {
          ...BRANCH,
          subject: 'Patient.gender',
          line: 12,
          group: 2,
          untaken: 'codes: row never met',
          row: 'M',
          taken: 0,
        },
        {
          ...BRANCH,
          subject: 'Patient.gender',
          line: 13,
          group: 2,
          untaken: 'codes: row never met',
          row: 'F',
          taken: 0,
        },
        {
          ...BRANCH,
          subject: 'Patient.gender',
          line: 14,
          group: 3,
          untaken: 'default: never used',
          taken: 0,
        },
      ],
      missing: [
        { line: 4, column: 3, subject: 'Patient.name', what: 'never absent' },
        { line: 9, column: 3, subject: 'Patient.gender', what: 'never ran' },
      ],
    },
    {
      file: 'mappings/words.csv',
      totals: {
        rules: { covered: 0, total: 0 },
        branches: { covered: 0, total: 0 },
        rows: { covered: 1, total: 3 },
      },
      rules: [],
      branches: [
        {
          subject: 'Patient.name',
          kind: 'row',
          line: 2,
          column: 1,
          group: 0,
          untaken: 'table: row never met',
          row: 'A',
          taken: 1,
        },
        {
          subject: 'Patient.name',
          kind: 'row',
          line: 3,
          column: 1,
          group: 0,
          untaken: 'table: row never met',
          row: 'B',
          taken: 0,
        },
        {
          subject: 'Patient.name',
          kind: 'row',
          line: 4,
          column: 1,
          group: 0,
          untaken: 'table: row never met',
          row: 'C',
          taken: 0,
        },
      ],
      missing: [
        { line: 3, column: 1, subject: 'Patient.name', what: 'table: row never met', row: 'B' },
        { line: 4, column: 1, subject: 'Patient.name', what: 'table: row never met', row: 'C' },
      ],
    },
  ],
};

test('text: how much of each file, and every place that no case reached', () => {
  assert.is(
    coverageText(REPORT),
    `mappings/site.yaml   rules 1/2 (50 %)   branches 2/6 (33.3 %)
  4:3  Patient.name    never absent
  9:3  Patient.gender  never ran
mappings/words.csv   rows 1/3 (33.3 %)
  3:1  Patient.name  table: rows B and C never met
all files            rules 1/2 (50 %)   branches 2/6 (33.3 %)   rows 1/3 (33.3 %)
`,
  );
});

test('lcov: rules are functions, decisions are branches, a decision that was never met has no count', () => {
  assert.is(
    coverageLcov(REPORT),
    `TN:
SF:mappings/site.yaml
FN:4,Patient.name
FN:9,Patient.gender
FNDA:2,Patient.name
FNDA:0,Patient.gender
FNF:2
FNH:1
BRDA:4,0,0,-
BRDA:6,1,0,2
BRDA:6,1,1,1
BRDA:12,2,0,-
BRDA:13,2,1,-
BRDA:14,3,0,-
BRF:6
BRH:2
DA:4,2
DA:6,2
DA:9,0
DA:12,0
DA:13,0
DA:14,0
LF:6
LH:2
end_of_record
TN:
SF:mappings/words.csv
FNF:0
FNH:0
BRDA:2,0,0,1
BRDA:3,0,1,0
BRDA:4,0,2,0
BRF:3
BRH:1
DA:2,1
DA:3,0
DA:4,0
LF:3
LH:1
end_of_record
`,
  );
});

test('a threshold is for rules and branches, or for each of the three', () => {
  assert.equal(readThresholds('90'), { rules: 90, branches: 90 });
  assert.equal(readThresholds('100'), { rules: 100, branches: 100 });
  assert.equal(readThresholds('rules=100, rows=12.5'), { rules: 100, rows: 12.5 });
  const error = '--threshold is a percentage (90), or rules=100,branches=80,rows=50';
  for (const wrong of ['', '101', '-1', 'all', 'rules', 'lines=3', '90,80', 'rules=100 branches=80'])
    assert.equal(readThresholds(wrong), { error }, wrong);
});

test('what falls short of its threshold; nothing to cover is covered', () => {
  assert.equal(shortfalls(REPORT, {}), []);
  assert.equal(shortfalls(REPORT, { rules: 50, branches: 33.3, rows: 33 }), []);
  assert.equal(shortfalls(REPORT, { rules: 51, branches: 90, rows: 33.4 }), [
    'rules 50 %, and 51 % is asked for',
    'branches 33.3 %, and 90 % is asked for',
    'rows 33.3 %, and 33.4 % is asked for',
  ]);
  const none = { covered: 0, total: 0 };
  const empty = { ...REPORT, totals: { rules: none, branches: none, rows: none } };
  assert.equal(shortfalls(empty, { rules: 100, branches: 100, rows: 100 }), []);
  const many = { ...REPORT, totals: { rules: { covered: 9999, total: 10000 }, branches: none, rows: none } };
  assert.equal(shortfalls(many, { rules: 100 }), ['rules 99.9 %, and 100 % is asked for']);
});

test.run();
