/**
 * Starts bench/server.ts as a process of its own and commands it: the same BenchServer as in this process, but its CPU time
 * and its memory are not counted with those of the engine.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { JsonObject } from './fhir-store.ts';
import type { BenchServer, Command, Counts } from './server.ts';

type Addresses = Pick<BenchServer, 'feedUrl' | 'fhirUrl'>;

export async function startServerProcess(): Promise<BenchServer> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'server.ts')], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  // Nobody shall wait for ever for a process that is gone.
  const gone = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`the benchmark server ended with ${code ?? signal}`);
  });
  gone.catch(() => undefined);
  const [addresses] = (await Promise.race([once(child, 'message'), gone])) as [Addresses];
  const waiting = new Map<number, (result: unknown) => void>();
  child.on('message', ({ number, result }: { number: number; result: unknown }) => {
    waiting.get(number)?.(result);
    waiting.delete(number);
  });
  let number = 0;
  const ask = async <Result>(command: Omit<Command, 'number'>): Promise<Result> => {
    const answer = new Promise((resolve) => waiting.set(++number, resolve));
    child.send({ ...command, number });
    return (await Promise.race([answer, gone])) as Result;
  };
  return {
    ...addresses,
    load: (load) => ask({ call: 'load', load }),
    counts: () => ask<Counts>({ call: 'counts' }),
    resources: () => ask<readonly JsonObject[]>({ call: 'resources' }),
    async close() {
      if (child.connected) child.disconnect();
      await gone.catch(() => undefined);
    },
  };
}
