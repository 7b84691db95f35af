/** For suites that answer requests themselves: nothing goes out to a network, and every answer that was prepared is asked for. */
import nock from 'nock';
import type { Test } from 'uvu';
import * as assert from 'uvu/assert';
import { createFhirServer, FHIR_HTTP_CODES, type FhirServerOptions } from '../../engine/io/fhir-server.ts';
import { createHttp } from '../../engine/io/http.ts';
import type { FhirServer } from '../../engine/ports.ts';

export function withoutNetwork(test: Test): void {
  test.before(() => nock.disableNetConnect());
  test.after.each(() => {
    const pending = nock.pendingMocks();
    nock.cleanAll();
    assert.equal(pending, []);
  });
  test.after(() => nock.enableNetConnect());
}

/** The engine's client of `https://fhir.test/r4`. */
export function fhirTest(options: Partial<FhirServerOptions> = {}): FhirServer {
  const http = createHttp({ baseUrl: 'https://fhir.test/r4', codes: FHIR_HTTP_CODES });
  return createFhirServer({ http, fhirVersion: '4.0', now: () => 0, ...options });
}
