/**
 * Promises about requests and bytes, counted by a server of this process: they are the same in every run, so a change that
 * costs more is seen at once. The table of bench/README.md has the same numbers for larger feeds.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { byteRows, bytes, oneStudy, requestsPer1000, withPatches } from '../../bench/counts.ts';
import { runHere, shippedProject, sourceInfo } from '../../bench/engine.ts';
import { evaluationsOf, thousandEntries } from '../../bench/interpreted.ts';
import { runRival } from '../../bench/rival.ts';
import { createBenchServer } from '../../bench/server.ts';
import { assertSameState } from '../../bench/state.ts';

const counts = suite('requests and bytes');
const project = shippedProject();
const server = await createBenchServer();
const bench = { project, server, isQuick: true, rivalEntries: 0 };

counts.after(() => server.close());

counts('the rival asks as DICOM Cast asked, and both make the same resources, byte for byte', async () => {
  const load = {
    shape: { studies: 3, instances: 10, atOnce: 3, patients: 2 },
    feedLatency: 0,
    fhirLatency: 0,
  };
  await server.load(load);
  assert.is(await runRival(project.plan, server, sourceInfo(project)), 30);
  const { feedRequests, fhirRequests, transactions } = await server.counts();
  // Three pages, the newest entry before each and once at the end; three searches and one transaction for each entry.
  assert.equal(
    { feedRequests, fhirRequests, transactions },
    { feedRequests: 7, fhirRequests: 120, transactions: 30 },
  );
  const oneByOne = await server.resources();
  await runHere(project, server, load);
  assertSameState('the engine against its rival', await server.resources(), oneByOne, { bytes: true });
});

counts('one study of 1,000: at most 20 requests', async () => {
  assert.ok((await requestsPer1000(bench, oneStudy(1000))) <= 20);
});

counts('20 interleaved studies of 12 people: at most 40 requests for 1,000 instances', async () => {
  const shape = { studies: 20, instances: 150, atOnce: 20, patients: 12 };
  assert.ok((await requestsPer1000(bench, shape)) <= 40);
});

counts('bytes sent for studies of 100, 1,000, 5,000: at most four times the final study', async () => {
  const reached = (await byteRows(bench))
    .slice(0, 3)
    .map(({ what, reached: goal }) => [what, goal !== 'missed']);
  assert.equal(reached, [
    ['bytes sent for a study of 100 ÷ its final JSON', true],
    ['bytes sent for a study of 1,000 ÷ its final JSON', true],
    ['bytes sent for a study of 5,000 ÷ its final JSON', true],
  ]);
});

counts('with patches, what was sent once is not sent again', async () => {
  const { ratio, note } = await bytes({ ...bench, project: withPatches(project) }, oneStudy(5000));
  assert.ok(ratio <= 1.5, note);
});

counts('expressions are evaluated once for what they read, whatever the number of instances', async () => {
  const times = async (entries: number) =>
    (await evaluationsOf(project.plan, sourceInfo(project), thousandEntries().slice(0, entries))).map(
      ({ mapping, text, times: all }) => [mapping, text.slice(0, 24), all],
    );
  const expected = [
    ['Patient', '$settings.isIssuerIdUsed', 1],
    ['Endpoint', '$source.url', 1],
    ['Endpoint', '"DICOM WADO-RS endpoint ', 1],
    ['Endpoint', '$source.url', 1],
    ['ImagingStudy', '$source.isPartition ? $s', 1],
    ['ImagingStudy', '$not(Modality in ["KO", ', 1],
    ['ImagingStudy', '$source.isPartition', 1],
    ['ImagingStudy', '$source.url', 1],
    ['Dose', '$source.isPartition ? $s', 1],
    ['Dose', '{\n  "Gym2": "Gy.m2", "Gy', 1],
    ['Dose', '{\n  "SRT|T-D0010": "SCT|', 1],
    ['Dose', '[\n  "DCM|121058",       ', 1],
    ['Dose', '[\n  "DCM|113830",       ', 1],
    ['Dose', '$settings.generateObserv', 1],
  ];
  assert.equal(await times(1), expected);
  assert.equal(await times(1000), expected);
});

counts.run();
