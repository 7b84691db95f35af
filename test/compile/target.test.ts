/** What the `to` of a rule means: steps, types and names for paths of many kinds, or a fault with its place. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { givenNames } from '../../engine/compile/operand.ts';
import { parseTarget } from '../../engine/compile/target.ts';
import type { StepPlan } from '../../engine/plan.ts';

const NAMES = new Map([...givenNames(['system', 'zone']), ['patientSystem', undefined] as const]);

const test = suite('compile/target');

/** `name[use='usual'] . family : string`; `[]` is a list without where, `!` removes the other types of a choice. */
function shape(text: string, context: string): string {
  const parsed = parseTarget(text, context, NAMES);
  if ('fault' in parsed) return `${parsed.fault.code} at ${text.slice(parsed.fault.start, parsed.fault.end)}`;
  const { steps, type, several } = parsed.plan;
  return `${steps.map(stepText).join(' . ')} : ${type}${several ? ' several' : ''}`;
}

function stepText({ element, list, where, rivals }: StepPlan): string {
  const equations = where?.map(({ path, operand }) => {
    const steps = path.map((step) => `${step.element}${step.list ? '[]' : ''}`).join('.');
    return operand ? `${steps} = ${operand.text}` : `${steps} empty`;
  });
  return `${element}${list && !where ? '[]' : ''}${equations ? `[${equations.join(', ')}]` : ''}${rivals ? '!' : ''}`;
}

test('elements, with or without the resource type in front', () => {
  assert.is(shape('Patient.gender', 'Patient'), 'gender : code');
  assert.is(shape('gender', 'Patient'), 'gender : code');
  assert.is(shape(' Patient . maritalStatus . text ', 'Patient'), 'maritalStatus . text : string');
  assert.is(shape('Patient.meta.source', 'Patient'), 'meta . source : uri');
  assert.is(shape('ImagingStudy.text', 'ImagingStudy'), 'text : Narrative');
});

test('whole lists, and single items of them', () => {
  assert.is(shape('Patient.name', 'Patient'), 'name[] : HumanName several');
  assert.is(shape("Patient.name.where(use = 'usual')", 'Patient'), "name[use = 'usual'] : HumanName");
  assert.is(
    shape("Patient.name.where(use='usual').given", 'Patient'),
    "name[use = 'usual'] . given[] : string several",
  );
  assert.is(shape('ImagingStudy.endpoint', 'ImagingStudy'), 'endpoint[] : Reference several');
});

test('equations: paths through lists, several of them, emptiness', () => {
  assert.is(
    shape(
      `ImagingStudy.identifier.where(type.coding.system = 'http://terminology.hl7.org/CodeSystem/v2-0203'
        and type.coding.code = 'ACSN' and system.empty()).value`,
      'ImagingStudy',
    ),
    "identifier[type.coding[].system = 'http://terminology.hl7.org/CodeSystem/v2-0203', type.coding[].code = 'ACSN', " +
      'system empty] . value : string',
  );
  assert.is(
    shape('Patient.telecom.where(rank = 1 and period.empty())', 'Patient'),
    'telecom[rank = 1, period empty] : ContactPoint',
  );
  assert.is(
    shape('Patient.communication.where(preferred = true).language.text', 'Patient'),
    'communication[preferred = true] . language . text : string',
  );
});

test('where inside where: each step has its own', () => {
  assert.is(
    shape("Questionnaire.item.where(linkId = 'a').item.where(linkId = 'b').text", 'Questionnaire'),
    "item[linkId = 'a'] . item[linkId = 'b'] . text : string",
  );
  assert.is(
    shape("contact.where(gender = 'female').telecom.where(system = 'phone').value", 'Patient'),
    "contact[gender = 'female'] . telecom[system = 'phone'] . value : string",
  );
});

test('content that R4 defines elsewhere', () => {
  assert.is(
    shape("Observation.component.where(code.text = 'x').referenceRange", 'Observation'),
    "component[code.text = 'x'] . referenceRange[] : Observation.referenceRange several",
  );
  assert.is(
    shape("Bundle.entry.where(fullUrl = 'x').link", 'Bundle'),
    "entry[fullUrl = 'x'] . link[] : Bundle.link several",
  );
});

test('choices: the type is part of the name, and the others go', () => {
  assert.is(shape('Observation.effective.ofType(dateTime)', 'Observation'), 'effectiveDateTime! : dateTime');
  assert.is(shape('Observation.effectiveDateTime', 'Observation'), 'effectiveDateTime! : dateTime');
  assert.is(
    shape('Observation.value.ofType(Quantity).unit', 'Observation'),
    'valueQuantity! . unit : string',
  );
  const parsed = parseTarget('Patient.deceased.ofType(boolean)', 'Patient', NAMES);
  assert.ok('plan' in parsed);
  assert.equal(parsed.plan.steps[0]?.rivals, ['deceasedDateTime']);
});

test('extensions by their url', () => {
  assert.is(
    shape("Patient.extension('http://example.org/size').value.ofType(decimal)", 'Patient'),
    "extension[url = 'http://example.org/size'] . valueDecimal! : decimal",
  );
  assert.is(
    shape("extension('urn:a').extension.where(url = 'urn:b').value.ofType(code)", 'ImagingStudy.series'),
    "extension[url = 'urn:a'] . extension[url = 'urn:b'] . valueCode! : code",
  );
  assert.is(shape('Patient.extension', 'Patient'), 'extension[] : Extension several');
});

test('inside a list the path starts at the item', () => {
  assert.is(shape('uid', 'ImagingStudy.series'), 'uid : id');
  assert.is(shape('instance', 'ImagingStudy.series'), 'instance[] : ImagingStudy.series.instance several');
  assert.is(
    shape("performer.where(actor.display = 'x').function.text", 'ImagingStudy.series'),
    "performer[actor.display = 'x'] . function . text : string",
  );
  assert.is(shape('ImagingStudy.series.number', 'ImagingStudy.series'), 'unknown-element at ImagingStudy');
});

test('names: read at run time, with their members; empty and structured values are none', () => {
  const parsed = parseTarget(
    'Patient.identifier.where(system = %patientSystem and assigner.display = %settings.system).value',
    'Patient',
    NAMES,
  );
  assert.ok('plan' in parsed);
  assert.equal(parsed.used, ['patientSystem', 'settings']);
  assert.equal(parsed.uses, ['patientSystem', 'settings.system']);
  const [first, second] = parsed.plan.steps[0]?.where ?? [];
  assert.is(first?.operand?.resolve({ patientSystem: 'urn:a' }), 'urn:a');
  assert.is(first?.operand?.resolve({ patientSystem: '' }), undefined);
  assert.is(first?.operand?.resolve({ patientSystem: { a: 1 } }), undefined);
  assert.is(first?.operand?.resolve({}), undefined);
  assert.is(second?.operand?.resolve({ settings: { system: 'urn:b' } }), 'urn:b');
  assert.is(second?.operand?.resolve({ settings: {} }), undefined);
});

test('texts keep their quotes and backslashes', () => {
  const parsed = parseTarget("Patient.name.where(text = 'O\\'Neil \\\\ Sons')", 'Patient', NAMES);
  assert.ok('plan' in parsed);
  assert.is(parsed.plan.steps[0]?.where?.[0]?.operand?.resolve({}), "O'Neil \\ Sons");
});

test('what is no target, and where', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['Patient.nme', 'unknown-element at nme'],
    ['Patient.gender.code', 'unknown-element at code'],
    ['Patient.name.family', 'list-without-where at name'],
    ["Patient.birthDate.where(id = 'x')", 'where-on-single at where'],
    ['Patient.deceased', 'choice-without-type at deceased'],
    ['Patient.deceased.ofType(string)', 'unknown-type at string'],
    ['Patient.name.where(use = %sytem)', 'unknown-variable at %sytem'],
    ['Patient.identifier.where(system = %settings.systm)', 'unknown-setting at systm'],
    ["Patient.name.where(use = 'usal')", "code-not-allowed at 'usal'"],
    ['Patient.telecom.where(rank = 0)', 'constant at 0'],
    ["Patient.identifier.where(type = 'MR')", 'target-syntax at type'],
    ['Patient.id', 'not-writable at id'],
    ['Patient.meta.versionId', 'not-writable at versionId'],
    ['Patient.contained', 'not-writable at contained'],
    ['Patient.name[0]', 'target-syntax at ['],
    ['Patient.name.last()', 'target-syntax at last'],
    ['Patient.', 'target-syntax at '],
    ['', 'target-syntax at '],
    ['Observation.status', 'unknown-element at Observation'],
  ];
  assert.equal(
    cases.map(([text]) => [text, shape(text, 'Patient')]),
    cases.map(([text, fault]) => [text, fault]),
  );
});

test.run();
