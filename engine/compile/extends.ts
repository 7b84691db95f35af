/**
 * The text of a mapping comes in; it goes out with what it extends, from the top down, each checked for itself and once, or
 * nothing, after findings were added, where a part of the chain cannot be used.
 */
import type { Diagnostic } from '../diagnostic.ts';
import { createFindings } from './findings.ts';
import type { SchemaCheck } from './json-schema.ts';
import { type FindFile, layeredSource, type MappingText } from './layers.ts';
import type { MappingFile } from './mapping-file.ts';
import { type SoundPart, soundPart } from './sound-part.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

/** One file of a chain. */
export interface Layer extends SoundPart {
  readonly source: YamlSource;
}

/** How many files may stand below a mapping. */
const MAX_DEPTH = 5;

export interface ChainReader {
  /** The file and what it extends; the last one extends nothing. */
  read(text: MappingText): readonly [Layer, ...Layer[]] | undefined;
  /** Of all files that were read, each once. */
  readonly diagnostics: readonly Diagnostic[];
}

export function createChainReader(find: FindFile, checkSchema: SchemaCheck): ChainReader {
  const diagnostics: Diagnostic[] = [];
  const known = new Map<string, { readonly source: YamlSource; readonly sound: SoundPart | undefined }>();
  const layerOf = ({ file, text }: MappingText) => {
    const before = known.get(file);
    if (before?.source.text === text) return before;
    const source = readYaml(file, text);
    const faults = [...source.diagnostics, ...(source.value === undefined ? [] : checkSchema(source))];
    diagnostics.push(...faults);
    const layer = { source, sound: source.value === undefined ? undefined : soundPart(source, faults) };
    known.set(file, layer);
    return layer;
  };
  const below = (chain: readonly YamlSource[], path: string): MappingText | undefined => {
    const top = chain.at(-1) as YamlSource;
    const found = find(path, top.file);
    const fault = faultOf(found, chain);
    if (!fault) return 'text' in found ? found : undefined;
    const findings = createFindings(layeredSource([top]));
    findings.add({ ...fault, path: ['extends'] });
    diagnostics.push(...findings.list);
    return undefined;
  };
  return {
    diagnostics,
    read(text) {
      const layers = [];
      let isWhole = true;
      for (let next: MappingText | undefined = text; next; ) {
        const { source, sound }: ReturnType<typeof layerOf> = layerOf(next);
        layers.push({ source, sound });
        isWhole &&= sound !== undefined;
        const path = extendedBy(source);
        next =
          path === undefined
            ? undefined
            : below(
                layers.map((layer) => layer.source),
                path,
              );
        isWhole &&= path === undefined || next !== undefined;
      }
      const chain = layers.flatMap(({ source, sound }) => (sound ? [{ source, ...sound }] : []));
      return isWhole ? (chain as readonly Layer[] as readonly [Layer, ...Layer[]]) : undefined;
    },
  };
}

/** What is wrong with a file that the last of `chain` extends. */
function faultOf(
  found: ReturnType<FindFile>,
  chain: readonly YamlSource[],
):
  | { readonly code: string; readonly message: string; readonly hint?: string; readonly suggestion?: string }
  | undefined {
  if ('error' in found) {
    const { error, hint = 'The path starts at the folder of this file.', suggestion } = found;
    return {
      code: 'extends-file',
      message: `the file ${error}`,
      ...(suggestion ? { suggestion } : { hint }),
    };
  }
  if (chain.some(({ file }) => file === found.file)) {
    const start = chain.findIndex(({ file }) => file === found.file);
    const circle = [...chain.slice(start).map(({ file }) => file), found.file];
    const message = `files extend each other in a circle: ${circle.join(' → ')}`;
    return { code: 'extends-cycle', message, hint: 'One of them extends nothing.' };
  }
  if (chain.length <= MAX_DEPTH) return undefined;
  const message = `${chain[0]?.file} extends more than ${MAX_DEPTH} files, each the next`;
  return { code: 'extends-depth', message, hint: 'Put the changes of several files into one.' };
}

function extendedBy({ value }: YamlSource): string | undefined {
  const path = (value as MappingFile | null | undefined)?.extends;
  return typeof path === 'string' && path !== '' ? path : undefined;
}
