/** All targets of the proof of hostile input, by name. */
import { dicomTargets } from './dicom-targets.ts';
import { expressionTargets } from './expression-targets.ts';
import { fhirTargets } from './fhir-targets.ts';
import { fileTargets } from './file-targets.ts';
import { patternTargets } from './pattern-targets.ts';
import type { AnyTarget } from './target.ts';

export const targets: Readonly<Record<string, AnyTarget>> = {
  ...dicomTargets,
  ...fhirTargets,
  ...fileTargets,
  ...expressionTargets,
  ...patternTargets,
};
