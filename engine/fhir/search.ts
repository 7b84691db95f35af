/**
 * Search criteria and their one spelling in a query: FHIR escapes first (R4 search.html#escaping), then percent-encoding.
 * The same text serves a GET search and `ifNoneExist`.
 */

/** One search parameter; its values are joined by OR. A token without system asks for identifiers without a system. */
export type SearchCriterion =
  | { readonly name: string; readonly token: readonly SearchToken[] }
  | { readonly name: string; readonly text: readonly string[] };

export interface SearchToken {
  readonly system?: string;
  readonly value: string;
}

/** `identifier=urn%3Adicom%3Auid%7Curn%3Aoid%3A1.2`; criteria are joined by `&`, in the order given. */
export function encodeQuery(criteria: readonly SearchCriterion[]): string {
  return criteria
    .map((criterion) => `${encodeURIComponent(criterion.name)}=${encodeValues(criterion)}`)
    .join('&');
}

function encodeValues(criterion: SearchCriterion): string {
  const values =
    'token' in criterion
      ? criterion.token.map(({ system, value }) => `${escapeValue(system ?? '')}|${escapeValue(value)}`)
      : criterion.text.map(escapeValue);
  return encodeURIComponent(values.join(','));
}

function escapeValue(value: string): string {
  return value.replace(/[\\$,|]/g, '\\$&');
}
