/**
 * HTTP clients of the configured services: a section of the configuration comes in, a client that signs in as it says goes out.
 */
import type { Auth, Config, Source } from '../compile/config.ts';
import { FEED_HTTP_CODES } from '../io/change-feed.ts';
import { FHIR_HTTP_CODES } from '../io/fhir-server.ts';
import { createHttp, type Http } from '../io/http.ts';
import { type AuthConfig, createAuthorization } from '../io/tokens.ts';

export function fhirClient({ fhir }: Pick<Config, 'fhir'>, signal?: AbortSignal): Http {
  const auth = createAuthorization(revealed(fhir.auth), { signal });
  return createHttp({ baseUrl: fhir.url, codes: FHIR_HTTP_CODES, auth, signal });
}

export function feedClient({ url, auth }: Source, signal: AbortSignal): Http {
  const authorization = createAuthorization(revealed(auth), { signal });
  return createHttp({ baseUrl: url, codes: FEED_HTTP_CODES, auth: authorization, signal });
}

/** Secrets leave their wrapping here and nowhere else, on the way to the client that sends them. */
function revealed(auth: Auth): AuthConfig {
  switch (auth.type) {
    case 'bearer':
      return { ...auth, token: auth.token.reveal() };
    case 'basic':
      return { ...auth, password: auth.password.reveal() };
    case 'client-credentials':
      return { ...auth, clientSecret: auth.clientSecret.reveal() };
    default:
      return auth;
  }
}
