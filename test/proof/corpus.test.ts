/**
 * Every instance of the folder of real files: mapped, shaped like FHIR, written, read back, deleted. A second validator judges
 * in the long run, `npm run proof`.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { skipWithoutCorpus } from '../support/corpus.ts';
import { proveCorpus } from './corpus.ts';

const test = suite('real data');
const onCorpus = skipWithoutCorpus(test);

onCorpus(
  'all instances are stored as FHIR, read as written, and gone when they are deleted',
  async (folder) => {
    const { instances, stored } = await proveCorpus(folder);
    assert.ok(instances > 50, `only ${instances} instances`);
    assert.ok((stored['ImagingStudy'] ?? 0) > 20);
  },
);

test.run();
