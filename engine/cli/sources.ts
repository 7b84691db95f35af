/**
 * Which of the configured sources a command is about: the configuration and `--source` come in, sources go out, or the
 * message that there is none of this name.
 */
import type { Config, Source } from '../compile/config.ts';
import { suggest } from '../diagnostic.ts';
import type { Terminal } from './terminal.ts';

/** All sources where none is named; undefined, after saying so, where there is none of the name. */
export function chosenSources(
  terminal: Terminal,
  { sources }: Config,
  id: string | undefined,
): readonly Source[] | undefined {
  if (id === undefined) return sources;
  const chosen = sources.filter((source) => source.id === id);
  if (chosen.length > 0) return chosen;
  const ids = sources.map((source) => source.id);
  const close = suggest(id, ids);
  const help = close ? `did you mean ${close}?` : `the configuration has ${ids.join(', ')}`;
  terminal.err(`error: there is no source of this id\n  = help: ${help}\n`);
  return undefined;
}

/** The only source, or the one that is named; undefined, after saying so, where it is not said which. */
export function chosenSource(terminal: Terminal, config: Config, id: string | undefined): Source | undefined {
  const chosen = chosenSources(terminal, config, id);
  if (!chosen || chosen.length === 1) return chosen?.[0];
  const ids = config.sources.map((source) => source.id);
  terminal.err(
    `error: which source? Each feed has sequence numbers of its own\n  = help: name --source: ${ids.join(', ')}\n`,
  );
  return undefined;
}
