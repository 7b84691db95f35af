/**
 * A credential and where it came from come in; a value goes out that every way of printing shows as its origin.
 */

export interface Secret {
  /** The credential itself; for the Authorization header and nothing else. */
  reveal(): string;
  /** `«env:FHIR_TOKEN»`; what JSON, template strings and the inspector of Node show. */
  toString(): string;
  toJSON(): string;
}

/** `origin` says where the text came from, such as `env:FHIR_TOKEN`. */
export function createSecret(text: string, origin: string): Secret {
  const shown = `«${origin}»`;
  const show = () => shown;
  return Object.freeze({
    reveal: () => text,
    toString: show,
    toJSON: show,
    [Symbol.for('nodejs.util.inspect.custom')]: show,
  });
}
