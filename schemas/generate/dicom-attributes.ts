/**
 * dcmjs's attribute dictionary in, the text of schemas/dicom-attributes.json out: keyword to [tag, VR, VM] and a 1 where the
 * attribute is retired (PS3.6 chapters 6 to 9). Rows without a keyword, private tags and item delimiters are left out.
 */
import { ADDITIONS, CORRECTIONS, type Erratum } from './dicom-errata.ts';
import { readJson } from './npm-package.ts';
import { sorted, tableText } from './table.ts';

interface DictionaryEntry {
  readonly tag?: string;
  readonly vr?: string;
  readonly vm?: string;
  readonly name?: string;
  readonly version?: string;
}

/** DCMTK's shorthands, which dcmjs kept, as PS3.6 writes them. */
const VR_SPELLINGS: Readonly<Record<string, string>> = {
  ox: 'OB or OW',
  xs: 'US or SS',
  lt: 'US or OW',
  up: 'UL',
};

/** `50xx`, `60xx`, `7Fxx` and `(0020,31xx)` (PS3.5 7.6): one row, its tag with `xx`. */
const REPEATING: readonly (readonly [RegExp, string])[] = [
  [/^\(5000-50FF,([0-9A-F]{4})\)$/, '50xx$1'],
  [/^\(6000-60FF,([0-9A-F]{4})\)$/, '60xx$1'],
  [/^\(7F00-7FFF,([0-9A-F]{4})\)$/, '7Fxx$1'],
  [/^\(0020,3100-31FF\)$/, '002031xx'],
];

export async function dicomAttributes(): Promise<string> {
  const { version } = await readJson<{ version: string }>(
    new URL('../package.json', import.meta.resolve('dcmjs/dictionary')),
  );
  const module = (await import(import.meta.resolve('dcmjs/dictionary'))) as {
    readonly default: Readonly<Record<string, DictionaryEntry>>;
  };
  const byTag = new Map<string, Required<Erratum>>();
  for (const entry of Object.values(module.default)) {
    const row = attributeRow(entry);
    if (row) byTag.set(row.tag, row);
  }
  applyErrata(byTag);
  const attributes: Record<string, unknown> = {};
  for (const { tag, keyword, vr, vm, retired } of byTag.values()) {
    if (keyword === 'undefined') continue;
    if (keyword in attributes) throw new Error(`${keyword} stands for two tags, ${tag} is one of them`);
    attributes[keyword] = retired ? [tag, vr, vm, 1] : [tag, vr, vm];
  }
  const head = {
    source: `dcmjs ${version} (npm), dictionary, corrected after PS3.6 by schemas/generate/dicom-errata.ts`,
    notation: 'keyword: [tag, VR, VM, 1 if retired]; xx in a tag stands for any two digits (PS3.5 7.6)',
  };
  return tableText(head, { attributes: sorted(attributes) });
}

function attributeRow(entry: DictionaryEntry): Required<Erratum> | undefined {
  const { vr, vm, name, version } = entry;
  if (!vr || !vm || !name || version === 'PrivateTag' || vr === 'na') return undefined;
  const tag = tagPattern(entry.tag ?? '');
  if (tag === undefined) return undefined;
  const retired = name.startsWith('RETIRED_');
  return { tag, keyword: name.replace(/^RETIRED_/, ''), vr: VR_SPELLINGS[vr] ?? vr, vm, retired };
}

/** `(0010,0010)` → `00100010`; undefined for DCMTK's generic rows (group lengths, private creators). */
function tagPattern(tag: string): string | undefined {
  const plain = /^\(([0-9A-F]{4}),([0-9A-F]{4})\)$/.exec(tag);
  if (plain) return `${plain[1]}${plain[2]}`;
  const repeating = REPEATING.find(([pattern]) => pattern.test(tag));
  return repeating && tag.replace(repeating[0], repeating[1]);
}

function applyErrata(byTag: Map<string, Required<Erratum>>): void {
  for (const erratum of CORRECTIONS) {
    const row = byTag.get(erratum.tag);
    if (!row) throw new Error(`dicom-errata.ts corrects ${erratum.tag}, which the dictionary does not have`);
    const corrected = { ...row, ...erratum };
    if (JSON.stringify(corrected) === JSON.stringify(row)) {
      throw new Error(`dicom-errata.ts: the correction of ${erratum.tag} changes nothing any more`);
    }
    byTag.set(row.tag, corrected);
  }
  for (const [tag, keyword, vr, vm] of ADDITIONS) {
    if (byTag.has(tag)) throw new Error(`dicom-errata.ts adds ${tag}, which is there`);
    byTag.set(tag, { tag, keyword, vr, vm, retired: false });
  }
}
