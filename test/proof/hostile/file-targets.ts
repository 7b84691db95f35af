/**
 * Hostile input in files: mappings and configurations, wounded as text and as data. What still compiles must still run.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { createMemo } from '../../../engine/apply/memo.ts';
import { createFold } from '../../../engine/apply/merge.ts';
import { draftEntry } from '../../../engine/apply/transform.ts';
import { validateChanges } from '../../../engine/apply/validate.ts';
import { compileMappings } from '../../../engine/compile/compile.ts';
import { readConfig } from '../../../engine/compile/config.ts';
import { readYaml } from '../../../engine/compile/yaml-source.ts';
import { type Diagnostic, renderDiagnostic } from '../../../engine/diagnostic.ts';
import type { MappingPlan } from '../../../engine/plan.ts';
import { readWords } from '../../support/entries.ts';
import { hostileText, type Mutation, mutate, mutations, type Wound, wound, wounds } from './mutation.ts';
import { reasonable, target, type Verdict, verdictOf } from './target.ts';

const PROJECT = resolve(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(resolve(PROJECT, path), 'utf8');
const MAPPINGS = ['patient', 'endpoint', 'imaging-study'].map((name) => read(`mappings/${name}.yaml`));

/** A mapping with what the shipped ones do not use. */
const FOR_EACH = `
resource: Observation
name: Dose
let:
  tagged: { tag: StudyInstanceUID }
  events: |
    $count(ContentSequence)
when: |
  Modality = "SR"
forEach: |
  ContentSequence
identity: event
instanceRule: instance
onDelete: delete
owned: meta.source = %source.url
rules:
  event: { to: "Observation.identifier.where(system = 'urn:event').value", value: "$item.TextValue" }
  instance: { to: "Observation.identifier.where(system = 'urn:instance').value", tag: SOPInstanceUID }
  status: { to: Observation.status, const: final }
  code: { to: Observation.code, const: { text: Dose } }
  value: { to: Observation.value.ofType(Quantity), value: "{ 'value': $number($item.NumericValue), 'code': 'mGy' }", onAbsent: clear }
  subject: { to: Observation.subject, reference: Patient }
assert:
  has-value: { fhirpath: value.exists(), severity: warning }
`;
const TEXTS = [...MAPPINGS, FOR_EACH];
const CONFIG = read('dicomcast.config.yaml');
const AUTH_CONFIG = `
source: { type: change-feed, url: "https://dicom.example.org", apiVersion: v2, id: a, auth: { type: bearer, token: "\${env:TOKEN}" } }
fhir: { url: "\${env:FHIR}", auth: { type: client-credentials, tokenUrl: "https://login.example.org", clientId: c, clientSecret: "\${file:secret}" } }
mappings: [mappings/patient.yaml]
settings: { patientSystemId: "\${env:NONE:-urn:oid:1.2}" }
poll: { interval: 60s, pageSize: 50 }
`;

/** Parts that have been trouble for readers of YAML, put in at the start, the end, or instead of the file. */
const YAML_ODDITIES = [
  'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n',
  'a: &a [*a]\n',
  '<<: { resource: Patient }\n',
  '? [a, b]\n: c\n',
  '!!js/function "x"\n',
  '--- a\n--- b\n',
  '__proto__: { polluted: true }\n',
  'rules: { __proto__: { to: x } }\n',
  'constructor: { prototype: { polluted: true } }\n',
  `${'['.repeat(2000)}\n`,
  `${'- '.repeat(500)}x\n`,
  `${'{a: '.repeat(500)}\n`,
  `x: ${'"'.repeat(20_001)}\n`,
  `x: |\n${'  y\n'.repeat(20_000)}`,
  `${'k: 1\n'.repeat(5000)}`,
  'x: 0x7fffffffffffffffffffff\ny: .inf\nz: 1e999\n',
  '%YAML 9.9\n---\n',
  '\u0000',
  '\ufeff\ufeff',
  '\t- x\n',
];

type Harm =
  | { readonly mutations: readonly Mutation[] }
  | { readonly wounds: readonly Wound[] }
  | { readonly part: string; readonly where: 'first' | 'last' | 'alone' };

const harms: fc.Arbitrary<Harm> = fc.oneof(
  fc.record({ mutations }),
  fc.record({ wounds }),
  fc.record({
    part: fc.constantFrom(...YAML_ODDITIES),
    where: fc.constantFrom('first' as const, 'last' as const, 'alone' as const),
  }),
);

function harmed(text: string, harm: Harm): string {
  if ('mutations' in harm) return hostileText(mutate(readYaml('a.yaml', text).value, harm.mutations));
  if ('wounds' in harm) return wound(text, harm.wounds);
  const { part, where } = harm;
  return where === 'first' ? part + text : where === 'last' ? `${text}\n${part}` : part;
}

const mappingFiles = target({
  inputs: fc.record({ file: fc.nat(TEXTS.length - 1), harm: harms }),
  async check({ file, harm }) {
    const texts = TEXTS.map((text, index) => ({
      file: `${index}.yaml`,
      text: index === file ? harmed(text, harm) : text,
    }));
    const { plan, diagnostics } = compileMappings(texts, { values: {} });
    const source = (name: string) => texts.find((text) => text.file === name)?.text;
    told(diagnostics, source);
    if (!plan) {
      if (!diagnostics.some(({ severity }) => severity === 'error'))
        throw new Error('refused without a finding');
      return 'refused';
    }
    return applied(plan);
  },
});

function told(diagnostics: readonly Diagnostic[], source: (file: string) => string | undefined): void {
  for (const each of diagnostics) {
    reasonable(each.message);
    if (!/^[a-z]+\.[a-z-]+$/.test(each.code)) throw new Error(`no code: ${each.code}`);
  }
  for (const each of diagnostics.slice(0, 20)) {
    const length = renderDiagnostic(each, source(each.file)).length;
    if (length > 5000) throw new Error(`a finding is printed in ${length} characters`);
  }
}

const ENTRIES = [
  readWords(
    { PatientName: 'Zebra^Anna', StudyDate: '20240305', StudyDescription: 'CT', InstanceNumber: 1 },
    1,
  ),
  readWords(
    {
      Modality: 'SR',
      SOPInstanceUID: '1.2.3.1.2',
      ContentSequence: [{ TextValue: 'a', NumericValue: 1 }, { TextValue: 'b' }],
    },
    2,
  ),
  readWords({ action: 'delete' }, 3),
];
const SOURCE = { id: 'proof', url: 'https://dicom.example.org/' };

/** A plan that was accepted works on ordinary entries, or says why not. */
async function applied(plan: MappingPlan): Promise<Verdict> {
  return verdictOf(async () => {
    const memo = createMemo();
    const fold = createFold(new Map());
    for (const each of ENTRIES) {
      const draft = await draftEntry(plan, each, { source: SOURCE, enforceTagValues: false }, memo);
      for (const issue of [...draft.issues, ...(draft.failed ? [draft.failed] : [])])
        reasonable(issue.message);
      const failed = draft.failed ? undefined : fold.step(draft);
      if (failed) reasonable(failed.message);
    }
    validateChanges(fold.finish(), plan, { source: SOURCE });
  });
}

const ENVIRONMENT = { TOKEN: 't', FHIR: 'https://fhir.example.org/r4', ODD: `\u0000\${env:ODD}` };

const configurations = target({
  inputs: fc.record({ isSigned: fc.boolean(), harm: harms }),
  check({ isSigned, harm }) {
    const wounded = harmed(isSigned ? AUTH_CONFIG : CONFIG, harm);
    const { config, diagnostics, source } = readConfig(
      'dicomcast.config.yaml',
      wounded,
      ENVIRONMENT,
      (path) => (path === 'secret' ? 's\n' : undefined),
    );
    told(diagnostics, () => source.text);
    if (config) return 'taken';
    if (!diagnostics.some(({ severity }) => severity === 'error'))
      throw new Error('refused without a finding');
    return 'refused';
  },
});

export const fileTargets = {
  'mapping files': mappingFiles,
  configurations,
};
