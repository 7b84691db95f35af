/**
 * Mistakes in the shipped mappings are noticed: of each rule two mutants give a finding or fail a test beside the mapping. The long
 * run (`npm run proof -- mutations`, also in .ci/run) changes every character.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mutantsOf } from './mutants.ts';
import { mutateMapping, shippedMappings } from './mutations.ts';

const test = suite('mutations of the shipped mappings');

for (const file of shippedMappings()) {
  test(file, async () => {
    const { survivors, failed } = await mutateMapping(file, false);
    assert.equal(survivors, [], `no test beside the mapping notices:\n${survivors.join('\n')}`);
    assert.ok(failed > 0, 'tests noticed something');
  });
}

test('words, numbers and signs are changed, keys are left out; texts for people and names of rules stay', () => {
  const text = `description: A person.
rules:
  id:
    description: Finds it.
    tag: a1 = b
    required: true
lists:
  description: { to: c }
`;
  assert.equal(
    mutantsOf(text).map(({ line, column, part, what }) => `${line}:${column} ${part}: ${what}`),
    [
      '2:1 rules: rules → rumes in rules',
      '2:1 rules: left out in rules',
      '3:3 rules.id: left out in rules.id',
      '5:5 rules.id: tag → tbg in rules.id.tag',
      '5:5 rules.id: left out in rules.id.tag',
      '5:10 rules.id: a → b in rules.id.tag',
      '5:11 rules.id: 1 → 2 in rules.id.tag',
      '5:13 rules.id: = → != in rules.id.tag',
      '5:13 rules.id: = → < in rules.id.tag',
      '5:15 rules.id: b → c in rules.id.tag',
      '6:5 rules.id: required → requjred in rules.id.required',
      '6:5 rules.id: left out in rules.id.required',
      '6:5 rules.id: true → false in rules.id.required',
      '6:15 rules.id: true → trve in rules.id.required',
      '7:1 lists: lists → litts in lists',
      '7:1 lists: left out in lists',
      '8:3 lists.description: left out in lists.description',
      '8:18 lists.description.to: to → tp in lists.description.to',
      '8:18 lists.description.to: left out in lists.description.to',
      '8:22 lists.description.to: c → d in lists.description.to',
    ],
  );
  assert.equal(
    mutantsOf('rules: { id: { tag: ab, codes: [x, y] } }', 'characters').map((each) => each.text()),
    [
      '{"sules":{"id":{"tag":"ab","codes":["x","y"]}}}',
      '{"rvles":{"id":{"tag":"ab","codes":["x","y"]}}}',
      '{"rumes":{"id":{"tag":"ab","codes":["x","y"]}}}',
      '{"rulfs":{"id":{"tag":"ab","codes":["x","y"]}}}',
      '{"rulet":{"id":{"tag":"ab","codes":["x","y"]}}}',
      '{}',
      '{"rules":{}}',
      '{"rules":{"id":{"uag":"ab","codes":["x","y"]}}}',
      '{"rules":{"id":{"tbg":"ab","codes":["x","y"]}}}',
      '{"rules":{"id":{"tah":"ab","codes":["x","y"]}}}',
      '{"rules":{"id":{"codes":["x","y"]}}}',
      '{"rules":{"id":{"tag":"bb","codes":["x","y"]}}}',
      '{"rules":{"id":{"tag":"ac","codes":["x","y"]}}}',
      '{"rules":{"id":{"tag":"ab","dodes":["x","y"]}}}',
      '{"rules":{"id":{"tag":"ab","cpdes":["x","y"]}}}',
      '{"rules":{"id":{"tag":"ab","coees":["x","y"]}}}',
      '{"rules":{"id":{"tag":"ab","codfs":["x","y"]}}}',
      '{"rules":{"id":{"tag":"ab","codet":["x","y"]}}}',
      '{"rules":{"id":{"tag":"ab"}}}',
      '{"rules":{"id":{"tag":"ab","codes":["y"]}}}',
      '{"rules":{"id":{"tag":"ab","codes":["y","y"]}}}',
      '{"rules":{"id":{"tag":"ab","codes":["x"]}}}',
      '{"rules":{"id":{"tag":"ab","codes":["x","z"]}}}',
    ],
  );
});

test('of long values, each word, operator and text in quotes is changed, and a concept for the next of its scheme', () => {
  const padding = 'x'.repeat(200);
  const text = `rules: { id: { value: '["A|1", "A|2", "B|1"] = "" /* none: "A|3" */ and ${padding}' } }`;
  const ofValue = mutantsOf(text).filter(({ what }) => what.includes('id.value') && what.includes('→'));
  assert.equal(
    ofValue.map(({ column, what }) => `${column} ${what.replace(/ in .*/, '').replaceAll(/x{9,}/g, 'xx')}`),
    [
      '16 value → vamue',
      '25 "A|1" → "A~1"',
      '25 "A|1" → "A|2"',
      '32 "A|2" → "A|3"',
      '39 "B|1" → "C|1"',
      '46 = → !=',
      '46 = → <',
      '48 "" → "~"',
      '69 and → or',
      '69 and → bnd',
      '73 xx → xxyxx',
    ],
  );
});

test.run();
