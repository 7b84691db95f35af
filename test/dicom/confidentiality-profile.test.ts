/** Table E.1-1 of PS3.15 as it is kept in schemas/: rows, repeating groups, and that it speaks of the same attributes as PS3.6. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { profileRow } from '../../engine/dicom/confidentiality-profile.ts';
import { attributeByTag, keywords } from '../../engine/dicom/dictionary.ts';
import table from '../../schemas/confidentiality-profile.json' with { type: 'json' };

const test = suite('dicom/confidentiality-profile');

test('rows of the table', () => {
  const rows = {
    '00080020': { action: 'Z', options: ['dates'] },
    '00080080': { action: 'X/Z/D', options: ['institution'] },
    '00081030': { action: 'X', options: ['text'] },
    '00081140': { action: 'X/Z/U*', options: ['uids'] },
    '00100010': { action: 'Z', options: [] },
    '00100020': { action: 'Z/D', options: [] },
    '00181002': { action: 'U', options: ['uids', 'device'] },
    '0040A730': { action: 'D', options: ['structure'] },
    '00080060': undefined,
  };
  for (const [tag, row] of Object.entries(rows)) assert.equal(profileRow(tag), row, tag);
});

test('curves are listed whole, of overlays the data and comments, in every group', () => {
  for (const tag of ['50000005', '501E3000', '60003000', '601E4000'])
    assert.is(profileRow(tag)?.action, 'X', tag);
  for (const tag of ['60000010', '50013000', '70003000']) assert.is(profileRow(tag), undefined, tag);
});

test('tags and keywords are those of the dictionary, and every action is known', () => {
  const known = new Set(keywords());
  const actions = new Set<string>();
  for (const [tag, [keyword = '', action = '']] of Object.entries(table.attributes)) {
    actions.add(action);
    // The dictionary of PS3.6 is older than the table.
    if (!tag.includes('x') && known.has(keyword)) assert.is(attributeByTag(tag)?.keyword, keyword);
  }
  assert.is(Object.keys(table.attributes).length, 656);
  assert.equal([...actions].sort(), ['D', 'U', 'X', 'X/D', 'X/Z', 'X/Z/D', 'X/Z/U*', 'Z', 'Z/D']);
});

test.run();
