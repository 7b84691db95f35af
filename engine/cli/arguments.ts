/**
 * Words of the command line come in, what commands take goes out; and what stands below the message about a wrong one.
 */

/** An option that may be repeated. */
export function texts(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** Words, joined by commas, one argument after the other. */
export function names(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').flatMap((name) => name.trim() || [])];
}

/** Mappings that are named take the place of those of the configuration. */
export function withMappings(
  mappings: readonly string[],
  { config }: { config?: string },
): { config?: string; mappings?: readonly string[] } {
  return { ...(config === undefined ? {} : { config }), ...(mappings.length > 0 ? { mappings } : {}) };
}

/** `path`: commands, each followed by a blank. */
export function helpLine(path = ''): string {
  return `  = help: \`dicomcast ${path}--help\` tells what it takes`;
}
