/** errors and status as their users see them: what is printed, and the exit code. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { exportErrors, listErrors, showError } from '../../engine/cli/errors.ts';
import { status } from '../../engine/cli/status.ts';
import { openSqliteState } from '../../engine/io/state-sqlite.ts';
import type { ErrorRow } from '../../engine/ports.ts';
import { siteProject } from '../support/site.ts';
import { type FakeTerminal, fakeTerminal } from '../support/terminal.ts';

const test = suite('errors and status');
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const NOON = Date.UTC(2024, 4, 6, 12);
const MINUTE = 60_000;
const FEED = 'http://127.0.0.1:8104';

const MISSING: ErrorRow = {
  kind: 'DicomFailToStore',
  code: 'dicom.missing-tag',
  rule: 'Patient.identifier',
  tag: 'PatientID',
  sequence: 7,
  studyInstanceUid: '2.25.1',
  seriesInstanceUid: '2.25.1.1',
  sopInstanceUid: '2.25.1.1.1',
  timestamp: '2024-05-06T11:58:00+00:00',
  message: 'PatientID is required and has no value',
};
const REFUSED: ErrorRow = {
  kind: 'FhirFailToStore',
  code: 'fhir.refused',
  sequence: 9,
  message: 'POST http://127.0.0.1:8103/fhir answered 422',
  outcome: ['error/invalid'],
};

/** Two entries without PatientID, one that the server refused, one that was stored later. */
function withRows(folder: string): string {
  const state = openSqliteState(join(folder, '.dicomcast/state.db'));
  state.commit(FEED, { sequence: 9 }, [MISSING, { ...MISSING, sequence: 8 }, REFUSED], NOON, {
    plan: '0123456789abcdef',
    timestamp: '2024-05-06T11:59:00+00:00',
    newest: { sequence: 1209, timestamp: '2024-05-06T15:11:30+00:00' },
  });
  state.commit(FEED, undefined, [MISSING, { ...MISSING, sequence: 6 }], NOON + MINUTE);
  state.commit(FEED, undefined, [], NOON + 2 * MINUTE, { through: new Map([[6, 'stored']]) });
  state.commit('http://other', { sequence: 1 }, [{ ...MISSING, sequence: 1 }], NOON);
  state.close();
  return folder;
}

function printed(work: (terminal: FakeTerminal) => number, folder: string): string {
  const terminal = fakeTerminal(folder);
  const code = work(terminal);
  const { out, err } = terminal.printed();
  return `${out}${err && `! ${err}`}exit ${code}\n`;
}

test('errors: open rows by code and rule, and what to do', () => {
  assert.is(
    printed((terminal) => listErrors(terminal, {}), withRows(siteProject())),
    `3 open rows of http://127.0.0.1:8104 in .dicomcast/state.db

  rows  kind              code               rule                first seen (UTC)     last seen (UTC)      ids
  2     DicomFailToStore  dicom.missing-tag  Patient.identifier  2024-05-06 12:00:00  2024-05-06 12:01:00  1, 2
  1     FhirFailToStore   fhir.refused                           2024-05-06 12:00:00  2024-05-06 12:00:00  3

  dicom.missing-tag: The mapping requires this tag; correct the instance, or set required: false on the rule.
  fhir.refused: The FHIR server refused the content; see the OperationOutcome's codes.

more about one: dicomcast explain dicom.missing-tag
exit 0
`,
  );
});

test('errors --all --code: closed rows too', () => {
  assert.is(
    printed(
      (terminal) => listErrors(terminal, { all: true, code: 'dicom.missing-tag' }),
      withRows(siteProject()),
    ),
    `3 rows of http://127.0.0.1:8104 in .dicomcast/state.db

  rows  open  kind              code               rule                first seen (UTC)     last seen (UTC)      ids
  3     2     DicomFailToStore  dicom.missing-tag  Patient.identifier  2024-05-06 12:00:00  2024-05-06 12:01:00  1, 2, 5

  dicom.missing-tag: The mapping requires this tag; correct the instance, or set required: false on the rule.

more about one: dicomcast explain dicom.missing-tag
exit 0
`,
  );
});

test('errors --format json', () => {
  assert.equal(
    JSON.parse(
      printed(
        (terminal) => listErrors(terminal, { rule: 'Patient.identifier', format: 'json' }),
        withRows(siteProject()),
      ).replace('exit 0\n', ''),
    ),
    {
      sources: [
        {
          source: FEED,
          groups: [
            {
              kind: 'DicomFailToStore',
              code: 'dicom.missing-tag',
              rule: 'Patient.identifier',
              rows: 2,
              open: 2,
              firstSeen: '2024-05-06T12:00:00.000Z',
              lastSeen: '2024-05-06T12:01:00.000Z',
              ids: [1, 2],
              hint: 'The mapping requires this tag; correct the instance, or set required: false on the rule.',
            },
          ],
        },
      ],
    },
  );
});

test('errors where nothing was read yet, and where the mappings have findings', () => {
  const folder = siteProject();
  assert.is(
    printed((terminal) => listErrors(terminal, {}), folder),
    '0 open rows of http://127.0.0.1:8104 in .dicomcast/state.db\nexit 0\n',
  );
  withRows(folder);
  rmSync(join(folder, 'mappings/patient.yaml'));
  assert.match(
    printed((terminal) => listErrors(terminal, {}), folder),
    /^3 open rows/,
  );
});

test('errors: a code or a rule that nothing has is told, and what stands in place of a subcommand', () => {
  const folder = withRows(siteProject());
  const told = (work: (terminal: FakeTerminal) => number): string => printed(work, folder);
  assert.equal(
    [
      told((terminal) => listErrors(terminal, { code: 'dicom.mising-tag' })),
      told((terminal) => listErrors(terminal, { code: 'nothing.of-the-kind' })),
      told((terminal) => listErrors(terminal, { rule: 'Patient.identifer' })),
      told((terminal) => exportErrors(terminal, { rule: 'ImagingStudy.series.modalty' })),
      told((terminal) => listErrors(terminal, {}, ['7'])),
      told((terminal) => listErrors(terminal, {}, ['shwo', '7'])),
    ],
    [
      '! error: no row and no error has the code dicom.mising-tag\n  = did you mean: dicom.missing-tag\nexit 64\n',
      '! error: no row and no error has the code nothing.of-the-kind\n  = help: `dicomcast errors --all` shows which there are\nexit 64\n',
      '! error: no row and no mapping has the rule Patient.identifer\n  = did you mean: Patient.identifier\nexit 64\n',
      '! error: no row and no mapping has the rule ImagingStudy.series.modalty\n  = did you mean: ImagingStudy.series.modality\nexit 64\n',
      '! error: errors has no command 7\n  = help: `dicomcast errors show 7` shows one row\nexit 64\n',
      '! error: errors has no command shwo\n  = help: did you mean show?\nexit 64\n',
    ],
  );
  // What is known and has no row is no mistake.
  for (const options of [{ code: 'fhir.busy' }, { rule: 'Patient.name' }])
    assert.match(
      told((terminal) => listErrors(terminal, options)),
      /^0 open rows of [^!]*exit 0\n$/,
    );
  // Without mappings that can be read, any rule may be right.
  rmSync(join(folder, 'mappings/patient.yaml'));
  assert.match(
    told((terminal) => listErrors(terminal, { rule: 'Patient.x' })),
    /^0 open rows of [^!]*exit 0\n$/,
  );
});

test('errors show', () => {
  const folder = withRows(siteProject());
  assert.is(
    printed((terminal) => showError(terminal, 1, {}), folder),
    `row 1
  kind        DicomFailToStore
  code        dicom.missing-tag
  rule        Patient.identifier
  tag         PatientID
  what        PatientID is required and has no value
  source      http://127.0.0.1:8104
  entry       7, 2024-05-06T11:58:00+00:00
  study       2.25.1
  series      2.25.1.1
  instance    2.25.1.1.1
  first seen  2024-05-06 12:00:00 UTC
  last seen   2024-05-06 12:01:00 UTC
  attempts    2
  help        The mapping requires this tag; correct the instance, or set required: false on the rule.

\`dicomcast retry 1\` runs the entry again.
exit 0
`,
  );
  const closed = printed((terminal) => showError(terminal, 5, {}), folder);
  assert.match(closed, '\n  closed      2024-05-06 12:02:00 UTC: the entry was stored\n');
  assert.not.match(closed, 'dicomcast retry');
  for (const id of [6, 99]) {
    assert.is(
      printed((terminal) => showError(terminal, id, {}), folder),
      `! error: there is no row ${id}\n  = help: \`dicomcast errors --all\` shows which there are\nexit 1\n`,
    );
  }
});

test('errors export: a row a line, in the order of the feed', () => {
  const folder = withRows(siteProject());
  const lines = printed((terminal) => exportErrors(terminal, { all: true }), folder).split('\n');
  assert.equal(
    lines.slice(0, -2).map((line) => JSON.parse(line).sequence),
    [6, 7, 8, 9],
  );
  assert.equal(JSON.parse(lines[3] ?? ''), {
    id: 3,
    source: FEED,
    ...REFUSED,
    attempts: 1,
    firstSeen: '2024-05-06T12:00:00.000Z',
    lastSeen: '2024-05-06T12:00:00.000Z',
    hint: "The FHIR server refused the content; see the OperationOutcome's codes.",
  });
  assert.equal(lines.slice(-2), ['exit 0', '']);
});

test('errors export of more rows than are read at a time', () => {
  const folder = siteProject();
  const state = openSqliteState(join(folder, '.dicomcast/state.db'));
  const rows = Array.from({ length: 1100 }, (_, index) => [
    { ...MISSING, sequence: index + 1 },
    { ...REFUSED, sequence: index + 1 },
  ]).flat();
  state.commit(FEED, undefined, rows, NOON);
  state.close();
  const lines = printed((terminal) => exportErrors(terminal, {}), folder)
    .split('\n')
    .slice(0, -2);
  assert.equal(
    lines.map((line) => JSON.parse(line).sequence),
    rows.map(({ sequence }) => sequence),
  );
});

const PLAN = /plan {6}0123456789abcdef; the mappings are [0-9a-f]{16} by now/;

test('status: position, lag, plan, errors', () => {
  const folder = withRows(siteProject());
  const text = printed((terminal) => status(terminal, {}), folder);
  assert.match(text, PLAN);
  assert.is(
    text.replace(PLAN, 'plan      …'),
    `  source    http://127.0.0.1:8104
  state     .dicomcast/state.db
  engine    not running
  position  entry 9, 2024-05-06 12:00:00 UTC
  behind    1200 entries at most, 3 h 12 min
  plan      …
  errors    3 open
            2 dicom.missing-tag at Patient.identifier
            1 fhir.refused
exit 0
`,
  );
});

test('status of an engine that is paused, that runs, and that never ran', () => {
  const folder = siteProject();
  assert.is(
    printed((terminal) => status(terminal, {}), folder),
    `  source    http://127.0.0.1:8104
  state     .dicomcast/state.db
  engine    not running
  position  nothing read yet
  errors    none open
exit 0
`,
  );
  const state = openSqliteState(join(folder, '.dicomcast/state.db'));
  const reason = { code: 'dicom.missing-tag', rule: 'Patient.identifier', failed: 16, of: 20 };
  const pause = { ...reason, plan: 'p1', since: '2024-05-06T12:00:00.000Z' };
  state.commit(FEED, { sequence: 9 }, [], NOON, { pause, newest: { sequence: 9 } });
  rmSync(join(folder, 'mappings/patient.yaml'));
  assert.is(
    printed((terminal) => status(terminal, {}), folder),
    `  source    http://127.0.0.1:8104
  state     .dicomcast/state.db
  engine    running
  position  entry 9, 2024-05-06 12:00:00 UTC
  behind    nothing
  paused    since 2024-05-06 12:00:00 UTC: 16 of the last 20 studies came to nothing: dicom.missing-tag at Patient.identifier
            correct the mapping and start again, or go on as it is with \`dicomcast run --resume\`
  errors    none open
exit 0
`,
  );
  assert.equal(JSON.parse(printed((terminal) => status(terminal, { format: 'json' }), folder).slice(0, -7)), {
    state: join(folder, '.dicomcast/state.db'),
    isRunning: true,
    sources: [
      {
        source: FEED,
        position: { sequence: 9 },
        at: '2024-05-06T12:00:00.000Z',
        newest: { sequence: 9 },
        pause,
        lag: { entries: 0, seconds: 0 },
        errors: { open: 0, groups: [] },
      },
    ],
  });
  state.close();
  cpSync(join(REPOSITORY, 'mappings'), join(folder, 'mappings'), { recursive: true });
  assert.match(
    printed((terminal) => status(terminal, {}), folder),
    '\n            the mappings were changed: `dicomcast run` goes on\n',
  );
});

test.run();
