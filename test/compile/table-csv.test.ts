/** Comma-separated values (RFC 4180) as literals: cells with their places, and what is no such text. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readCsv } from '../../engine/compile/table-csv.ts';

const test = suite('compile/table-csv');

function cells(text: string, most = 100): readonly (readonly string[])[] {
  const { records, fault } = readCsv(text, most);
  assert.is(fault, undefined);
  return records.map((record) => record.map((cell) => cell.text));
}

/** Cells as `text@line:column-line:column`. */
function places(text: string): readonly string[] {
  return readCsv(text, 100).records.flatMap((record) =>
    record.map((cell) => {
      const { start, end } = cell.range;
      return `${cell.text}@${start.line}:${start.column}-${end.line}:${end.column}`;
    }),
  );
}

function faultOf(text: string): string | undefined {
  const { fault } = readCsv(text, 100);
  return fault && `${fault.range.start.line}:${fault.range.start.column} ${fault.message}`;
}

test('records of cells, with any line break, with and without one at the end', () => {
  const wanted = [
    ['a', 'b'],
    ['c', 'd'],
  ];
  for (const text of [
    'a,b\nc,d',
    'a,b\nc,d\n',
    'a,b\r\nc,d\r\n',
    'a,b\rc,d',
    '\na,b\n\n\nc,d\n\n',
    ' a , b\t\nc,d',
  ])
    assert.equal(cells(text), wanted, JSON.stringify(text));
  assert.equal(cells(''), []);
  assert.equal(cells('\n\n'), []);
});

test('empty cells are cells', () => {
  assert.equal(cells('a,,b\n,c,\n,,'), [
    ['a', '', 'b'],
    ['', 'c', ''],
    ['', '', ''],
  ]);
});

test('quoted cells hold commas, quotes, blanks and line breaks', () => {
  assert.equal(cells('"a,b","say ""hi"""\n" c ","d\r\ne"\n"",x'), [
    ['a,b', 'say "hi"'],
    [' c ', 'd\r\ne'],
    ['', 'x'],
  ]);
  assert.equal(cells('"a" , "b"'), [['a', 'b']]);
});

test('each cell has its place, also behind a line break in quotes', () => {
  assert.equal(places('ab, c\n"d\ne",f\ng,h'), [
    'ab@1:1-1:3',
    'c@1:5-1:6',
    'd\ne@2:1-3:3',
    'f@3:4-3:5',
    'g@4:1-4:2',
    'h@4:3-4:4',
  ]);
});

test('no more records than asked for are read', () => {
  assert.equal(cells('a\nb\nc\n', 2), [['a'], ['b']]);
  assert.equal(readCsv('a\nb\n"c', 2).fault, undefined);
});

test('what is no such text has a place', () => {
  assert.is(faultOf('a,b\nc,"d\ne'), '2:3 the quote that opens here is never closed');
  assert.is(faultOf('a,"b"c\n'), '1:6 text follows behind the closing quote');
  assert.is(faultOf('a,b"c"\n'), '1:3 a quote stands inside a cell that does not begin with one');
  assert.is(faultOf('"a\nb"c\n'), '2:3 text follows behind the closing quote');
});

test('what stands before a fault is read', () => {
  assert.equal(readCsv('a,b\nc,"d', 100).records.length, 1);
});

test.run();
