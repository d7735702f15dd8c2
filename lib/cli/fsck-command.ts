/** `sigwatch fsck` on a terminal: its options read, its progress drawn on stderr, its outcome on stdout. */
import { z } from 'zod';
import { fsck, type FsckTerminal } from './fsck.ts';
import { FsckError } from './fsck-error.ts';

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const form = z.object({
  key: z.string().optional(),
  trustedRoot: z.string().optional(),
  kind: z.enum(['tiles', 'ct', 'static-ct']).optional(),
  unsigned: z.boolean().optional(),
  parallel: whole(1, 64),
  patience: whole(0, 86_400),
  state: z.string().optional(),
  json: z.boolean().optional(),
});

export async function fsckCommand(
  url: string,
  given: Record<string, unknown>,
  instanceRoot: string,
): Promise<number> {
  const parsed = form.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    process.stderr.write(`sigwatch: --${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}\n`);
    return 2;
  }
  const { patience, ...options } = parsed.data;
  const trustedRoot = options.trustedRoot ?? (options.key === undefined ? instanceRoot : undefined);
  const screen = new Screen(process.stderr.isTTY);
  try {
    return await fsck({ ...options, trustedRoot, url, patienceMs: patience * 1000 }, screen);
  } catch (error) {
    if (!(error instanceof FsckError)) throw error;
    screen.note(`sigwatch: ${error.message}`);
    return 2;
  }
}

/** One line that is drawn over on a terminal; now and then a line of its own in a file. */
class Screen implements FsckTerminal {
  private readonly overdraws: boolean;
  private readonly startedAt = Date.now();
  private drawnAt = 0;
  private startedFrom: bigint | undefined;

  constructor(overdraws: boolean) {
    this.overdraws = overdraws;
  }

  progress(done: bigint, size: bigint): void {
    this.startedFrom ??= done;
    const now = Date.now();
    if (now - this.drawnAt < (this.overdraws ? 100 : 5000)) return;
    this.drawnAt = now;
    const perSecond = Math.round(
      Number(done - this.startedFrom) / Math.max((now - this.startedAt) / 1000, 0.001),
    );
    const percent = size === 0n ? 100n : (done * 100n) / size;
    const line = `${done} of ${size} entries, ${percent} %, ${perSecond}/s`;
    process.stderr.write(this.overdraws ? `\r\u001b[K${line}` : `${line}\n`);
  }

  note(line: string): void {
    process.stderr.write(`${this.overdraws ? '\r\u001b[K' : ''}${line}\n`);
  }

  result(line: string): void {
    if (this.overdraws) process.stderr.write('\r\u001b[K');
    process.stdout.write(`${line}\n`);
  }
}
