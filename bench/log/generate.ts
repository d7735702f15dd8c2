/** Runs the load generator beside the log. */
import { rssMb, runBeside, type Beside } from '../parts/beside.ts';
import type { Load } from './load.ts';

export interface Measured extends Beside<'log' | 'database'> {
  readonly logRssMb: number;
}

export interface Pids {
  readonly log: number;
  readonly database: number;
}

export async function generate(load: Load, pids: Pids): Promise<Measured> {
  const measured = await runBeside(new URL('load.ts', import.meta.url), load, { ...pids });
  return { ...measured, logRssMb: rssMb(pids.log) };
}
