/**
 * Text bytes of a data element and the terms of Specific Character Set (0008,0005) come in, Unicode goes out.
 * Code extensions (ISO 2022) start anew at every delimiter; what cannot be decoded becomes U+FFFD, nothing throws.
 */

/**
 * Which characters end the reach of an escape sequence (PS3.5 6.1.2.5.3): `name` (PN) `\`, `^`, `=`; `values` (SH, LO, UC)
 * `\`; `text` (ST, LT, UT) none of these. Control characters always do.
 */
export type TextKind = 'name' | 'values' | 'text';

/** Decodes the value field of one element, all its values together; split at `\` afterwards. */
export type DecodeText = (bytes: Uint8Array, kind: TextKind) => string;

/** Characters that bytes stand for, once they are designated. */
interface GraphicSet {
  /** A label of the Encoding Standard that holds these characters … */
  readonly label: string;
  /** … of so many bytes each … */
  readonly width: 1 | 2;
  /** … behind this byte (EUC-JP's single shifts). */
  readonly prefix?: number;
}

interface Designation {
  readonly half: 'G0' | 'G1';
  /** Undefined: ASCII, or JIS X 0201 romaji, which is read as ASCII because `\` must stay a delimiter. */
  readonly set: GraphicSet | undefined;
}

const ESCAPE = 0x1b;

const one = (label: string): GraphicSet => ({ label, width: 1 });
const JIS_X_0201: GraphicSet = { label: 'euc-jp', width: 1, prefix: 0x8e };
const JIS_X_0208: GraphicSet = { label: 'euc-jp', width: 2 };
const JIS_X_0212: GraphicSet = { label: 'euc-jp', width: 2, prefix: 0x8f };
const KS_X_1001: GraphicSet = { label: 'euc-kr', width: 2 };
const GB_2312: GraphicSet = { label: 'gbk', width: 2 };

/** Upper halves by ISO-IR registration number (PS3.3 tables C.12-2 to C.12-4). */
const UPPER_HALVES: Readonly<Record<string, GraphicSet>> = {
  '13': JIS_X_0201,
  '58': GB_2312,
  '100': one('iso-8859-1'),
  '101': one('iso-8859-2'),
  '109': one('iso-8859-3'),
  '110': one('iso-8859-4'),
  '126': one('iso-8859-7'),
  '127': one('iso-8859-6'),
  '138': one('iso-8859-8'),
  '144': one('iso-8859-5'),
  '148': one('iso-8859-9'),
  '149': KS_X_1001,
  '166': one('windows-874'),
  '203': one('iso-8859-15'),
};

/** What follows ESC (PS3.3 tables C.12-3 and C.12-4). `$@` and `(I` are no DICOM, but mean only one thing. */
const ESCAPE_SEQUENCES: Readonly<Record<string, Designation>> = {
  '(B': { half: 'G0', set: undefined },
  '(J': { half: 'G0', set: undefined },
  '(I': { half: 'G0', set: JIS_X_0201 },
  '$@': { half: 'G0', set: JIS_X_0208 },
  $B: { half: 'G0', set: JIS_X_0208 },
  '$(D': { half: 'G0', set: JIS_X_0212 },
  ')I': { half: 'G1', set: JIS_X_0201 },
  '$)A': { half: 'G1', set: GB_2312 },
  '$)C': { half: 'G1', set: KS_X_1001 },
  '-A': { half: 'G1', set: UPPER_HALVES['100'] },
  '-B': { half: 'G1', set: UPPER_HALVES['101'] },
  '-C': { half: 'G1', set: UPPER_HALVES['109'] },
  '-D': { half: 'G1', set: UPPER_HALVES['110'] },
  '-F': { half: 'G1', set: UPPER_HALVES['126'] },
  '-G': { half: 'G1', set: UPPER_HALVES['127'] },
  '-H': { half: 'G1', set: UPPER_HALVES['138'] },
  '-L': { half: 'G1', set: UPPER_HALVES['144'] },
  '-M': { half: 'G1', set: UPPER_HALVES['148'] },
  '-T': { half: 'G1', set: UPPER_HALVES['166'] },
  '-b': { half: 'G1', set: UPPER_HALVES['203'] },
};

/** A term as far as it matters: an encoding of its own, an upper half, or neither (the default repertoire). */
interface Term {
  readonly encoding?: string;
  readonly upper?: GraphicSet;
}

/**
 * Reads one value of (0008,0005). Hyphens, underscores, blanks and case do not matter, because `ISO-IR 100`,
 * `ISO_2022_IR_6` and `iso_ir 100` are found in archives; a term that says nothing is the default repertoire.
 */
function readTerm(value: string): Term {
  const term = value
    .toUpperCase()
    .replaceAll(/[\s_\-.\0]+/g, ' ')
    .trim();
  if (/UTF ?8$/.test(term) || /^(?:ISO )?(?:IR )?192$/.test(term)) return { encoding: 'utf-8' };
  if (/GB ?18030$/.test(term)) return { encoding: 'gb18030' };
  if (/GBK$/.test(term)) return { encoding: 'gbk' };
  const latin = /8859 ?(\d{1,2})$/.exec(term)?.[1];
  if (latin !== undefined) {
    const upper = Object.values(UPPER_HALVES).find((set) => set.label === `iso-8859-${latin}`);
    return upper ? { upper } : {};
  }
  const number = /^(?:ISO)? ?(?:2022)? ?(?:IR)? ?(\d{1,3})$/.exec(term)?.[1];
  const upper = number === undefined ? undefined : UPPER_HALVES[number];
  return upper ? { upper } : {};
}

/** One decoder per label: their number is fixed by the tables above, and each decodes whole texts, so none has state. */
const decoders = new Map<string, InstanceType<typeof TextDecoder>>();

function decodeAs(label: string, bytes: Uint8Array): string {
  let decoder = decoders.get(label);
  if (!decoder) {
    decoder = new TextDecoder(label, { ignoreBOM: true });
    decoders.set(label, decoder);
  }
  return decoder.decode(bytes);
}

/**
 * The decoder for a dataset with these values of Specific Character Set (none, or `['']`: the default repertoire).
 * Bytes above 7F that the values do not cover are read as UTF-8 if they are UTF-8, as Windows-1252 otherwise.
 */
export function createTextDecoder(values: readonly string[]): DecodeText {
  const terms = values.map(readTerm);
  // UTF-8, GB18030 and GBK stand alone (PS3.3 C.12.1.1.2); where they do not, they are what the writer used.
  const encoding = terms.find((term) => term.encoding !== undefined)?.encoding;
  if (encoding !== undefined) return (bytes) => decodeAs(encoding, bytes);
  const uppers = terms.map((term) => term.upper);
  const first = uppers[0];
  const others = new Set(uppers.slice(1).filter((set) => set !== undefined));
  // Many writers do not repeat the escape sequence of G1 behind a delimiter. If only one set can be meant, it is meant.
  const spare = others.size === 1 ? [...others][0] : undefined;
  const upper = first ?? spare;
  return (bytes, kind) => {
    if (!bytes.some((byte) => byte >= 0x80 || byte === ESCAPE)) return decodeAs('iso-8859-1', bytes);
    if (bytes.includes(ESCAPE)) return decodeExtended(bytes, kind, upper);
    return upper ? decodeExtended(bytes, kind, upper) : guess(bytes);
  };
}

/** For bytes outside the declared repertoire: random text is hardly ever well-formed UTF-8. */
function guess(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return decodeAs('iso-8859-1', bytes);
  }
}

/** PS3.5 6.1.2.5: G0 is the lower half of the code table, G1 the upper. `initial` is G1 before any escape sequence. */
function decodeExtended(bytes: Uint8Array, kind: TextKind, initial: GraphicSet | undefined): string {
  let text = '';
  let run: number[] = [];
  let runLabel = '';
  let lower: GraphicSet | undefined;
  let upper = initial;
  const flush = () => {
    if (run.length > 0) text += decodeAs(runLabel, Uint8Array.from(run));
    run = [];
  };
  /** Takes one character of `set` at `index`; the count of bytes it has. */
  const take = (set: GraphicSet, index: number): number => {
    if (set.label !== runLabel) flush();
    runLabel = set.label;
    if (set.prefix !== undefined) run.push(set.prefix);
    const character = bytes.subarray(index, index + set.width);
    run.push(...Array.from(character, (byte) => byte | 0x80));
    return character.length;
  };
  for (let index = 0; index < bytes.length; ) {
    const byte = bytes[index] ?? 0;
    const designation = byte === ESCAPE ? readEscape(bytes, index + 1) : undefined;
    if (designation) {
      if (designation.half === 'G0') lower = designation.set;
      else upper = designation.set;
      index += designation.length;
    } else if (byte >= 0x80) {
      index += take(upper ?? one('iso-8859-1'), index);
    } else if (lower && byte > 0x20 && byte < 0x7f) {
      // Bytes that look like `\`, `^` or `=` are halves of characters here.
      index += take(lower, index);
    } else {
      flush();
      text += String.fromCharCode(byte);
      if (endsReach(byte, kind)) {
        lower = undefined;
        upper = initial;
      }
      index += 1;
    }
  }
  flush();
  return text;
}

function readEscape(bytes: Uint8Array, start: number): (Designation & { length: number }) | undefined {
  for (const length of [3, 2]) {
    const designation = ESCAPE_SEQUENCES[String.fromCharCode(...bytes.subarray(start, start + length))];
    if (designation) return { ...designation, length: length + 1 };
  }
  return undefined;
}

function endsReach(byte: number, kind: TextKind): boolean {
  // TAB, LF, FF, CR
  if (byte === 0x09 || byte === 0x0a || byte === 0x0c || byte === 0x0d) return true;
  if (byte === 0x5c) return kind !== 'text';
  return kind === 'name' && (byte === 0x5e || byte === 0x3d);
}
