/** Runs of one kind of load against the authority, said one a line as they end. */
import { parseArgs } from 'node:util';
import { runBeside, type Beside } from '../parts/beside.ts';
import { hardware } from '../parts/place.ts';
import type { Load } from './load.ts';
import { AuthorityPlace } from './place.ts';

export type Measured = Beside<'ca' | 'log' | 'database'>;

export const median = (figures: readonly number[]): number =>
  [...figures].sort((a, b) => a - b)[figures.length >> 1] ?? NaN;
export const rounded = (figure: number): number => Number(figure.toFixed(figure < 10 ? 2 : 0));
export const perSecond = ({ done, seconds }: Measured): number => done / seconds;

export class Measurement {
  readonly seconds: number;
  readonly runs: number;
  readonly connections: number;
  readonly all: Measured[] = [];
  private readonly place: AuthorityPlace;

  private constructor(
    place: AuthorityPlace,
    settings: { seconds: number; runs: number; connections: number },
  ) {
    this.place = place;
    ({ seconds: this.seconds, runs: this.runs, connections: this.connections } = settings);
  }

  /** `--seconds N`, `--runs N`, `--connections N`; `--profile FOLDER` writes processor profiles of the authority. */
  static async open(): Promise<Measurement> {
    const { values } = parseArgs({
      options: {
        seconds: { type: 'string', default: '20' },
        runs: { type: 'string', default: '3' },
        connections: { type: 'string', default: '64' },
        profile: { type: 'string' },
      },
    });
    const [seconds, runs, connections] = [
      Number(values.seconds),
      Number(values.runs),
      Number(values.connections),
    ];
    return new Measurement(await AuthorityPlace.open(values.profile), { seconds, runs, connections });
  }

  /** What a process does at first it does slowly; that is no measure of a service that has run for a minute. */
  async warm(what: Load['what']): Promise<void> {
    const { caPort: port, material, pids } = this.place;
    const pace = { connections: 8, made: 2_000 };
    await runBeside(new URL('load.ts', import.meta.url), { what, port, seconds: 5, pace, material }, pids);
  }

  async series(name: string, what: Load['what'], pace: Load['pace']): Promise<Measured[]> {
    const { caPort: port, material, pids } = this.place;
    const measured: Measured[] = [];
    for (let run = 0; run < this.runs; run++) {
      const load: Load = { what, port, seconds: this.seconds, pace, material };
      const one = await runBeside(new URL('load.ts', import.meta.url), load, pids);
      say(name, one);
      measured.push(one);
    }
    this.all.push(...measured);
    return measured;
  }

  async report(bench: string, figures: object): Promise<void> {
    const { seconds, runs, connections, all } = this;
    const cpuUsEach = all.at(-1)?.cpuUs;
    const settings = { seconds, runs, connections, cpuUsEach, ...(await this.place.durability()) };
    const errors = all.reduce((sum, one) => sum + one.errors, 0);
    const machine = { ...hardware, loadAverages: all.map(({ load }) => load[1]) };
    process.stdout.write(`${JSON.stringify({ bench, hardware: machine, settings, figures, errors })}\n`);
  }

  async close(): Promise<void> {
    await this.place.close();
  }
}

function say(what: string, one: Measured): void {
  const times = `p50 ${rounded(one.p50Ms)} ms, p99 ${rounded(one.p99Ms)} ms, longest ${rounded(one.maxMs)} ms`;
  const spent = Object.entries(one.cpuUs).map(([name, us]) => `${name} ${us} us`);
  process.stderr.write(
    `${what}: ${rounded(perSecond(one))}/s, ${times}; processor time each: ${spent.join(', ')}; load average ${one.load.join(' -> ')}; ${JSON.stringify(one.statuses)}\n`,
  );
}
