/**
 * The schema of mappings and the committed tables in, the text of schemas/mapping.editor.schema.json out: the same schema with
 * what editors offer for `resource`, `to`, `tag` and `reference`. `dicomcast check` does not use it: it knows more than a schema.
 */
import { childrenOf, resourceTypes } from '../../engine/fhir/elements.ts';

type Schema = Readonly<Record<string, unknown>>;

/** `schema` is that of mappings; `keywords` are all of PS3.6. */
export function editorSchema(schema: Schema, keywords: readonly string[]): string {
  const { definitions, ...rest } = withOffers(schema) as { readonly definitions: Schema };
  const editor = {
    ...rest,
    $id: 'urn:dicomcast:schema:mapping-editor',
    $comment: 'Generated from mapping.schema.json and the tables by npm run generate.',
    definitions: {
      ...definitions,
      resourceTypes: { enum: resourceTypes() },
      targets: { enum: resourceTypes().flatMap(targetsOf) },
      keywords: {
        enum: keywords,
        errorMessage: 'This is no DICOM keyword, no (gggg,eeee) and no path into sequences.',
      },
    },
  };
  return `${JSON.stringify(editor, undefined, 1)}\n`;
}

/** A keyword, or what only `check` can judge: numbers, private tags, paths. */
const TAG = [{ $ref: '#/definitions/keywords' }, { type: 'string', pattern: '[(.]' }];
/** An offer, and anything else: names of mappings, targets inside lists. */
const open = (name: string): readonly Schema[] => [{ $ref: `#/definitions/${name}` }, { type: 'string' }];

const OFFERS: Readonly<Record<string, readonly Schema[]>> = {
  resource: [{ $ref: '#/definitions/resourceTypes' }],
  reference: open('resourceTypes'),
  to: open('targets'),
  tag: TAG,
};

/** Adds the offers wherever a schema has the title of one of these keys. */
function withOffers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withOffers);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withOffers(child)]));
  const offers = typeof copy['title'] === 'string' ? OFFERS[copy['title']] : undefined;
  const types = [copy['type']].flat();
  if (!offers || !types.includes('string')) return copy;
  return { ...copy, anyOf: types.includes('array') ? [...offers, { type: 'array' }] : offers };
}

/** The targets of a resource that are written without knowing more; of identifiers, with the system to be filled in. */
function targetsOf(type: string): readonly string[] {
  return [...(childrenOf(type)?.values() ?? [])]
    .filter(({ name }) => !NOT_OFFERED.has(name))
    .map(({ name, type: of, list, choice }) => {
      if (choice !== undefined) return `${type}.${choice}.ofType(${of})`;
      return of === 'Identifier' && list ? `${type}.${name}.where(system = '').value` : `${type}.${name}`;
    });
}

/** Elements that no rule writes. */
const NOT_OFFERED: ReadonlySet<string> = new Set([
  'id',
  'contained',
  'implicitRules',
  'text',
  'modifierExtension',
]);
