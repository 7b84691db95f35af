/**
 * What arrived, as a table for people: the resources of the sandbox come in, rows of text go out. Counts and references
 * only; no name and no description, since somebody may point the demo at real data.
 */
import type { FhirElement, FhirResource } from '../fhir/resource.ts';

/** The head and one row per study, in the order of their ids. */
export function studyTable(resources: readonly FhirResource[]): readonly (readonly string[])[] {
  const studies = resources.filter(({ resourceType }) => resourceType === 'ImagingStudy').toSorted(byId);
  const rows = studies.map((study) => {
    const series = elements(study['series']);
    const modalities = elements(study['modality']).map(({ code }) => String(code));
    const instances = series.reduce((sum, item) => sum + elements(item['instance']).length, 0);
    const subject = study['subject'] as FhirElement | undefined;
    return [
      `ImagingStudy/${study.id}`,
      String(subject?.['reference'] ?? ''),
      modalities.join(', '),
      String(series.length),
      String(instances),
    ];
  });
  return [['study', 'of', 'modalities', 'series', 'instances'], ...rows];
}

/** `ImagingStudy 8, Patient 5, Endpoint 1` */
export function typeCounts(resources: readonly FhirResource[]): string {
  const counts = Map.groupBy(resources, ({ resourceType }) => resourceType);
  return [...counts]
    .map(([type, all]) => `${type} ${all.length}`)
    .toSorted()
    .join(', ');
}

function byId(a: FhirResource, b: FhirResource): number {
  return String(a.id).localeCompare(String(b.id), 'en', { numeric: true });
}

function elements(value: FhirElement[string]): readonly FhirElement[] {
  return Array.isArray(value) ? (value as readonly FhirElement[]) : [];
}
