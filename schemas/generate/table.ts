/**
 * Writes a generated table: head fields and sections in, JSON text out with one row per line, so that a new version of a
 * source reviews as a diff of rows. Same input, same bytes.
 */

/** Rows in their order, by key; the value of a row is written compactly on the line of its key. */
export type Section = Readonly<Record<string, unknown>>;

/** `head` fields come first, each on a line; then the sections. Ends with a newline. */
export function tableText(
  head: Readonly<Record<string, string>>,
  sections: Readonly<Record<string, Section>>,
): string {
  const parts = Object.entries(head).map(
    ([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  for (const [name, section] of Object.entries(sections)) {
    const rows = Object.entries(section).map(([key, row]) => `${JSON.stringify(key)}:${JSON.stringify(row)}`);
    parts.push(`${JSON.stringify(name)}: {\n${rows.join(',\n')}\n}`);
  }
  return `{\n${parts.join(',\n')}\n}\n`;
}

/** The section with its keys in code unit order. */
export function sorted<T>(section: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(section).sort(([a], [b]) => (a < b ? -1 : 1)));
}
