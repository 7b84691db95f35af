import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTextDecoder, type TextKind } from '../../engine/dicom/character-set.ts';

const test = suite('dicom/character-set');

/** `ESC` stands for 1B, `xNN` for the byte NN, everything else for itself. */
function bytes(text: string): Uint8Array {
  const plain = text
    .replaceAll('ESC', '\x1b')
    .replace(/x([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

const decode = (values: readonly string[], text: string, kind: TextKind = 'name') =>
  createTextDecoder(values)(bytes(text), kind);

const cases: readonly [string, readonly string[], string, string][] = [
  [
    'PS3.5 H.3.1: Japanese, IR 87 behind the default',
    ['', 'ISO 2022 IR 87'],
    'Yamada^Tarou=ESC$B;3EDESC(B^ESC$BB@O:ESC(B=ESC$B$d$^$@ESC(B^ESC$B$?$m$&ESC(B',
    'Yamada^Tarou=山田^太郎=やまだ^たろう',
  ],
  [
    'PS3.5 H.3.2: Japanese, half-width katakana and IR 87',
    ['ISO 2022 IR 13', 'ISO 2022 IR 87'],
    'xD4xCFxC0xDE^xC0xDBxB3=ESC$B;3EDESC(J^ESC$BB@O:ESC(J=ESC$B$d$^$@ESC(J^ESC$B$?$m$&ESC(J',
    'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう',
  ],
  [
    'PS3.5 I.2: Korean',
    ['', 'ISO 2022 IR 149'],
    'Hong^Gildong=ESC$)CxFBxF3^ESC$)CxD1xCExD4xD7=ESC$)CxC8xAB^ESC$)CxB1xE6xB5xBF',
    'Hong^Gildong=洪^吉洞=홍^길동',
  ],
  [
    'Korean without the escape sequences that PS3.5 wants behind each delimiter',
    ['', 'ISO 2022 IR 149'],
    'Hong^Gildong=ESC$)CxFBxF3^xD1xCExD4xD7=xC8xAB^xB1xE6xB5xBF',
    'Hong^Gildong=洪^吉洞=홍^길동',
  ],
  [
    'PS3.5 K.2: simplified Chinese, IR 58',
    ['', 'ISO 2022 IR 58'],
    'Zhang^XiaoDong=ESC$)AxD5xC5^ESC$)AxD0xA1xB6xAB=',
    'Zhang^XiaoDong=张^小东=',
  ],
  ['PS3.5 J.2: GB18030', ['GB18030'], 'Wang^XiaoDong=xCDxF5^xD0xA1xB6xAB=', 'Wang^XiaoDong=王^小东='],
  ['GBK, with a second half that looks like a backslash', ['GBK'], 'x81\\^x81\\', '乗^乗'],
  ['PS3.5 J.1: UTF-8', ['ISO_IR 192'], 'Wang^XiaoDong=xE7x8Ex8B^xE5xB0x8FxE4xB8x9C', 'Wang^XiaoDong=王^小东'],
  ['a kanji of JIS X 0212', ['', 'ISO 2022 IR 159'], 'ESC$(D0!ESC(B', '丂'],
  ['two sets of one half: Greek and Cyrillic', ['ISO 2022 IR 126', 'ISO 2022 IR 144'], 'xC4^ESC-LxB4', 'Δ^Д'],
  [
    'a delimiter takes the second set back to the first',
    ['ISO 2022 IR 100', 'ISO 2022 IR 144'],
    'ESC-LxB4^xE9',
    'Д^é',
  ],
  ['Western', ['ISO_IR 100'], 'Buc^JxE9rxF4me', 'Buc^Jérôme'],
  ['Central European', ['ISO_IR 101'], 'WaxB3xEAsa', 'Wałęsa'],
  ['Cyrillic', ['ISO_IR 144'], 'xBBxEEx6Bc', 'Люkc'],
  ['Arabic', ['ISO_IR 127'], 'xE2xC8xC7xE6xEA', 'قباني'],
  ['Greek', ['ISO_IR 126'], 'xC4xE9xEFxEDxF5xF3xE9xEFxF2', 'Διονυσιος'],
  ['Hebrew', ['ISO_IR 138'], 'xF9xF8xE5xEF', 'שרון'],
  ['Thai', ['ISO_IR 166'], 'xCAxC1', 'สม'],
  ['Turkish', ['ISO_IR 148'], 'xDExFE', 'Şş'],
  ['Latin 9', ['ISO_IR 203'], 'xA4', '€'],
  ['a hyphen where an underscore belongs', ['ISO-IR 100'], 'xE9', 'é'],
  ['underscores everywhere', ['ISO_2022_IR_6', 'ISO_2022_IR_87'], 'ESC$B;3EDESC(B', '山田'],
  ['small letters and blanks', [' iso_ir 144 '], 'xB4', 'Д'],
  ['the name of the standard instead of the term', ['ISO8859-2'], 'xB3', 'ł'],
  ['a set that was not declared, but is named in the text', ['ISO_IR 100'], 'ESC$B;3EDESC(B', '山田'],
  ['nothing declared: UTF-8 where it can only be that', [], 'xC3xA9', 'é'],
  ['nothing declared: single bytes else', [], 'xE9t', 'ét'],
  ['a term that nobody knows', ['KLINGON'], 'xC3xA9', 'é'],
  ['ASCII', ['', 'ISO 2022 IR 87'], 'Doe^Jane', 'Doe^Jane'],
  ['half a character at the end', ['', 'ISO 2022 IR 149'], 'aESC$)CxFB', 'a\uFFFD'],
  ['an escape that means nothing', ['', 'ISO 2022 IR 87'], 'aESC#b', 'a\x1b#b'],
];

for (const [name, values, text, expected] of cases) {
  test(name, () => assert.is(decode(values, text), expected));
}

test('code extensions end at ^ in names only, at \\ in lists of values, at line ends everywhere', () => {
  const sets = ['ISO 2022 IR 100', 'ISO 2022 IR 144'];
  const text = 'ESC-LxB4^xB4\\xB4\r\nxB4';
  assert.is(decode(sets, text, 'name'), 'Д^´\\´\r\n´');
  assert.is(decode(sets, text, 'values'), 'Д^Д\\´\r\n´');
  assert.is(decode(sets, text, 'text'), 'Д^Д\\Д\r\n´');
});

test.run();
