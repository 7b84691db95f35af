/** A property that does not hold ends in a shrunk history, as a case file. */
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { feedAfter, histories } from '../support/history.ts';
import { loopProperty } from '../support/loop-properties.ts';
import { proveHistories } from './histories.ts';

const test = suite('histories');

const noRemoval = loopProperty({
  name: 'nothing is ever removed',
  arbitrary: fc.record({ acts: histories }),
  async predicate({ acts }) {
    assert.not.ok(feedAfter(acts).some(({ action }) => action === 'delete'));
  },
  print: () => 'the history',
  historyOf: (value) => value,
});

test('the smallest history that breaks a property, as a mapping test', async () => {
  const { message } = await proveHistories(200, 7, 60_000, [noRemoval]).then(
    () => assert.unreachable('it held') as never,
    (error: Error) => error,
  );
  assert.match(message, /^nothing is ever removed: SEED=7, run \d+, shrunk \d+ times\nthe history\n/);
  const [, file = ''] = message.split('counter-example.test.yaml\n\n');
  assert.is(
    file.replaceAll(/ {2}- \/.*\/mappings\//g, '  - '),
    `mappings:
  - patient.yaml
  - endpoint.yaml
  - imaging-study.yaml
cases:
  counter-example:
    about: "Seed 7: it does not hold that nothing is ever removed."
    given:
      feed:
        - change: create
          state: deleted
          instance:
            StudyInstanceUID: 2.25.1
            SeriesInstanceUID: 2.25.1.1
            SOPInstanceUID: 2.25.1.1.1
          metadata: null
        - change: delete
          instance:
            StudyInstanceUID: 2.25.1
            SeriesInstanceUID: 2.25.1.1
            SOPInstanceUID: 2.25.1.1.1
    expect:
      absent:
        - Basic
`,
  );
});

test('a property that holds', async () => {
  const always = loopProperty({
    name: 'sequences count',
    arbitrary: fc.record({ acts: histories }),
    async predicate({ acts }) {
      assert.equal(
        feedAfter(acts).map(({ sequence }) => sequence),
        feedAfter(acts).map((_, index) => index + 1),
      );
    },
    print: () => '',
    historyOf: (value) => value,
  });
  assert.equal(await proveHistories(100, 7, 60_000, [always]), [{ name: 'sequences count', histories: 100 }]);
});

test.run();
