/**
 * The ports on which the sandbox listens where nobody says otherwise. In a file of their own, so that the help can show them
 * without the sandbox.
 */

export const DEFAULT_FHIR_PORT = 8103;
export const DEFAULT_FEED_PORT = 8104;
