/**
 * Real structured reports: each ends as valid FHIR or as a row with a reason, and the numbers of the dose reports are those that
 * another reader finds in the files. dcmjs reads DICOM, and the tree is walked here by tag, not by the engine.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { data, log } from 'dcmjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { FhirElement, FhirResource } from '../../engine/fhir/resource.ts';
import { compileShape } from '../../engine/fhir/shape.ts';
import { readInstance } from '../../engine/io/dicom-file.ts';
import { skipWithoutCorpus } from '../support/corpus.ts';
import { type Row, runFeed, shippedMapping } from '../support/engine.ts';

const test = suite('mappings/dose-corpus');
const onCorpus = skipWithoutCorpus(test);
log.getLogger('validation.dcmjs').setLevel('silent');

interface Outcome {
  readonly observations: readonly FhirResource[];
  readonly rows: readonly Row[];
}

async function outcomeOf(path: string, ...more: readonly string[]): Promise<Outcome> {
  const metadata = readInstance(readFileSync(path), path);
  const uid = (tag: string) => String(metadata[tag]?.Value?.[0] ?? '');
  const entry = {
    sequence: 1,
    timestamp: '2024-05-06T07:08:09.123+00:00',
    studyInstanceUid: uid('0020000D'),
    seriesInstanceUid: uid('0020000E'),
    sopInstanceUid: uid('00080018'),
    action: 'create',
    state: 'current',
    metadata,
  };
  const names = ['patient.yaml', 'endpoint.yaml', 'imaging-study.yaml', 'dose-observation.yaml', ...more];
  const { resources, rows } = await runFeed({ mappings: names.map(shippedMapping), entries: [entry] });
  for (const resource of resources)
    assert.equal(compileShape(resource.resourceType)(resource), [], `${path} ${resource.resourceType}`);
  return { observations: resources.filter(({ resourceType }) => resourceType === 'Observation'), rows };
}

onCorpus('every structured report becomes valid FHIR, or has a row', async (folder) => {
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.json'))) {
    if (!readFileSync(join(folder, name), 'utf8').includes('"0040A730"')) continue;
    const { observations, rows } = await outcomeOf(
      join(folder, name),
      'examples/measurement-observation.yaml',
    );
    const codes = rows.map(({ code, rule }) => `${code} ${rule}`);
    found[name.replace('.json', '')] = [`${observations.length}`, ...codes].join(', ');
  }
  const noPatient = '0, dicom.missing-tag Patient.identifier';
  assert.equal(found, {
    'ct1-sr3d': '1',
    'headneck3-sr-comprehensive': '22',
    'headneck3-sr-tid1500': '1',
    'hl7-example-measurement-report': '3',
    'rdsr-ct-head-body-totals': '1',
    'rdsr-ct-one-acquisition': '2',
    'rdsr-xray-philips-p1': '2',
    // Its study UID has a component 00.
    'rdsr-xray-philips-u104': '0, dicom.invalid-required-tag ImagingStudy.identifier',
    'rdsr-xray-siemens-procedure': '25',
    'siemens-phoenix-sr': '0',
    'sr-comprehensive-offis': noPatient,
    'sr-consult-num-pname': noPatient,
    'sr-consult-text': noPatient,
    'sr-discharge-latin1': noPatient,
    'sr-loop': noPatient,
    'sr-rsna95-ct': '0',
    'sr-rsna95-umlaut': '0',
  });
});

/** An item of the tree, by tag. */
type Element = { readonly Value?: readonly unknown[] } | undefined;
type Tags = Readonly<Record<string, Element>>;

const one = (item: Tags, tag: string): unknown => item[tag]?.Value?.[0];
const children = (item: Tags): readonly Tags[] => (item['0040A730']?.Value ?? []) as readonly Tags[];
const conceptOf = (item: Tags): string => String(one((one(item, '0040A043') ?? {}) as Tags, '00080100'));

/** `code number` of each NUM item with one of the codes, down to `not`, as the file has them. */
function numbersIn(item: Tags, codes: readonly string[], not: readonly string[]): readonly string[] {
  return children(item).flatMap((child) => {
    if (not.includes(conceptOf(child))) return [];
    const value = one((one(child, '0040A300') ?? {}) as Tags, '0040A30A');
    const own =
      codes.includes(conceptOf(child)) && value !== undefined ? [`${conceptOf(child)} ${Number(value)}`] : [];
    return [...own, ...numbersIn(child, codes, not)];
  });
}

const EVENTS = ['113706', '113819'];
const TOTALS = ['113722', '113725', '113726', '113727', '113730', '113731', '113812', '113813'];
const DOSES = ['113830', '113838', '122130', '113738'];

/** By identity: the numbers of the report and of each event. */
function expected(root: Tags): Readonly<Record<string, readonly string[]>> {
  const report = String(one(root, '00080018'));
  const events = children(root).filter((child) => EVENTS.includes(conceptOf(child)));
  return Object.fromEntries([
    [`${report}/#1`, numbersIn(root, TOTALS, EVENTS).toSorted()],
    ...events.map((event) => {
      const uid = children(event).find((child) => conceptOf(child) === '113769') ?? {};
      return [`${report}/${one(uid, '0040A124')}`, numbersIn(event, DOSES, []).toSorted()];
    }),
  ]);
}

function mapped(observations: readonly FhirResource[]): Readonly<Record<string, readonly string[]>> {
  const entriesOf = observations.map((observation) => {
    const [identifier] = observation['identifier'] as readonly FhirElement[];
    const components = (observation['component'] ?? []) as readonly FhirElement[];
    const numbers = components.flatMap(({ code, valueQuantity, valueInteger }) => {
      const [coding] = (code as FhirElement)['coding'] as readonly FhirElement[];
      const number = valueInteger ?? (valueQuantity as FhirElement | undefined)?.['value'];
      return number === undefined ? [] : [`${coding?.['code']} ${number}`];
    });
    return [identifier?.['value'], numbers.toSorted()];
  });
  return Object.fromEntries(entriesOf);
}

onCorpus('numbers of the dose reports are those in the files', async (folder) => {
  for (const name of ['rdsr-xray-philips-p1', 'rdsr-ct-one-acquisition', 'rdsr-ct-head-body-totals']) {
    const path = join(folder, `${name}.dcm`);
    const bytes = Uint8Array.from(readFileSync(path));
    const { dict } = data.DicomMessage.readFile(bytes.buffer);
    const { observations } = await outcomeOf(path);
    assert.equal(mapped(observations), expected(dict as Tags), name);
  }
  const siemens = join(folder, 'rdsr-xray-siemens-procedure.json');
  const { observations } = await outcomeOf(siemens);
  assert.equal(mapped(observations), expected(JSON.parse(readFileSync(siemens, 'utf8')) as Tags));
});

onCorpus('and some of them as a person reads them in a dump', async (folder) => {
  const { observations } = await outcomeOf(join(folder, 'rdsr-xray-siemens-procedure.json'));
  const numbers = mapped(observations);
  assert.is(Object.keys(numbers).length, 25);
  assert.equal(numbers[Object.keys(numbers).find((key) => key.endsWith('/#1')) ?? ''], [
    '113722 0.00027902',
    '113725 0.01406',
    '113726 0.00008664',
    '113727 0.00019238',
    '113730 74',
  ]);
  const event = observations.find((each) =>
    JSON.stringify(each['identifier']).includes('86506861859154351057181446'),
  );
  assert.is(event?.['effectiveDateTime'], '2017-12-12T14:38:02+00:00');
  assert.equal((event?.['component'] as readonly FhirElement[] | undefined)?.[1]?.['valueQuantity'], {
    value: 0.00000542,
    unit: 'Gy.m2',
    system: 'http://unitsofmeasure.org',
    code: 'Gy.m2',
  });
  assert.equal((event?.['bodySite'] as FhirElement | undefined)?.['coding'], [
    { system: 'http://snomed.info/sct', code: '38266002', display: 'Entire body' },
    { system: 'http://snomed.info/srt', code: 'T-D0010', display: 'Entire body' },
  ]);
});

test.run();
