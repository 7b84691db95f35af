/** explain --entry: an instance that the DICOM service holds, named by its entry as error rows name it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { explain } from '../../engine/cli/explain.ts';
import { createChangeFeedSandbox } from '../../engine/sandbox/change-feed-server.ts';
import { dataset } from '../support/entries.ts';
import { siteProject } from '../support/site.ts';
import { fakeTerminal } from '../support/terminal.ts';

const test = suite('explain --entry');

test('the entry is fetched and explained; one that is not there is told', async () => {
  const folder = siteProject();
  const dicom = join(folder, 'dicom');
  mkdirSync(dicom);
  const instance = dataset({
    StudyInstanceUID: '1.2.3',
    SeriesInstanceUID: '1.2.3.1',
    SOPInstanceUID: '1.2.3.1.1',
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.4',
    Modality: 'MR',
    PatientID: 'CANARY-7',
  });
  writeFileSync(join(dicom, 'one.json'), JSON.stringify(instance));
  const feed = await createChangeFeedSandbox({ folder: dicom });
  try {
    const terminal = fakeTerminal(folder, { DICOM_URL: feed.url });
    assert.is(await explain(terminal, [], { entry: [1], whyNot: 'Patient.name' }), 0);
    const { out, err } = terminal.printed();
    assert.is(err, '');
    assert.match(out, /PatientName[^\n]*\n?[^\n]*absent|absent[^\n]*PatientName/);
    assert.not.match(out, /CANARY/);
    const missing = fakeTerminal(folder, { DICOM_URL: feed.url });
    assert.is(await explain(missing, [], { entry: [1, 9] }), 1);
    assert.equal(missing.printed(), { out: '', err: 'error: entry 9: the feed does not have it\n' });
  } finally {
    await feed.close();
  }
});

test.run();
