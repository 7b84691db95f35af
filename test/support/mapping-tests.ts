/**
 * Test files for tests: files go into a temporary folder beside a small mapping, `dicomcast test` runs there, and what it prints comes
 * out, without times.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test as runTest, type TestOptions } from '../../engine/cli/test.ts';
import { temporaryFolder } from './temp.ts';
import { fakeTerminal } from './terminal.ts';

export const MAPPING = `resource: Patient
identity: id
rules:
  id: { to: "Patient.identifier.where(system = 'urn:p').value", tag: PatientID, required: true }
  gender: { to: Patient.gender, tag: PatientSex, codes: { M: male, F: female } }
  birth: { to: Patient.birthDate, tag: PatientBirthDate }
`;
export const HEAD = `mappings: [p.yaml]
defaults: { instance: { PatientID: P1, PatientSex: F } }
cases:
`;
export const GOLDEN = `{
  "resources": [
    {
      "resourceType": "Patient",
      "identifier": [
        {
          "system": "urn:p",
          "value": "P1"
        }
      ],
      "gender": "female"
    }
  ],
  "rows": []
}
`;

/** A folder with the mapping as p.yaml, and these files. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries({ 'p.yaml': MAPPING, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly folder: string;
}

export async function runIn(
  folder: string,
  names: readonly string[] = ['.'],
  options: TestOptions = {},
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const terminal = fakeTerminal(folder, env);
  const code = await runTest(terminal, names, options);
  const { out, err } = terminal.printed();
  return { code, out: out.replace(/\(\d+\.\d s\)/, '(0.0 s)'), err, folder };
}

/** One file, t.test.yaml, of these cases. */
export async function runCases(
  cases: string,
  options: TestOptions = {},
  files: Readonly<Record<string, string>> = {},
) {
  return runIn(folderWith({ 't.test.yaml': HEAD + cases, ...files }), ['.'], options);
}
