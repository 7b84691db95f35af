/**
 * Words for FHIR JSON (R4 json.html): resources, bundles and identifiers as plain data. Types only.
 */

/** A JSON leaf; decimals whose digits a number would lose are `JSON.rawJSON` objects, see decimal.ts. */
export type FhirPrimitive = string | number | boolean | { readonly rawJSON: string };
export type FhirValue = FhirPrimitive | FhirElement | readonly FhirValue[];

export interface FhirElement {
  readonly [child: string]: FhirValue | undefined;
}

export interface FhirResource extends FhirElement {
  readonly resourceType: string;
  readonly id?: string;
}

/** An identifier as search sees it; `system` is undefined where the identifier has none. */
export interface IdentifierToken {
  readonly system?: string;
  readonly value: string;
}

/** A resource as it stands on the FHIR server. */
export interface CurrentResource {
  readonly resource: FhirResource & { readonly id: string };
  /** Opaque (R4 resource.html#Meta.versionId): sent back as `W/"<versionId>"`. */
  readonly versionId: string;
}

export interface BundleRequest {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `ImagingStudy` for POST, `ImagingStudy/<id>` otherwise; relative to the base address. */
  readonly url: string;
  /** Search parameters, percent-encoded, for a conditional create. */
  readonly ifNoneExist?: string;
  /** `W/"<versionId>"`. */
  readonly ifMatch?: string;
}

export interface TransactionEntry {
  /** `urn:uuid:…` of a resource to be made, so that references inside the bundle find it. */
  readonly fullUrl?: string;
  /** Of a PATCH: see json-patch.ts. */
  readonly resource?: FhirResource;
  readonly request: BundleRequest;
}

/** A transaction Bundle (R4 http.html#transaction). */
export interface TransactionBundle {
  readonly resourceType: 'Bundle';
  readonly type: 'transaction';
  readonly entry: readonly TransactionEntry[];
}
