/** What the doctor says of one thing: a sentence, and when something is wrong, what to do about it. */
import { visibleText } from '#lib/encoding/visible-text.ts';

export type Verdict = 'well' | 'warning' | 'ill' | 'skipped';

export interface Finding {
  readonly check: string;
  readonly verdict: Verdict;
  readonly said: string;
  readonly mend?: string;
}

/** Thrown by a check that found what is wrong. */
export class Ill extends Error {
  override readonly name = 'Ill';
  readonly mend: string;
  readonly verdict: Exclude<Verdict, 'well'>;

  constructor(said: string, mend: string, verdict: Exclude<Verdict, 'well'> = 'ill') {
    super(said);
    this.mend = mend;
    this.verdict = verdict;
  }
}

/** Runs a check that returns its good news. Whatever it throws is a finding too: the doctor goes on. */
export async function examine(check: string, look: () => Promise<string> | string): Promise<Finding> {
  try {
    return { check, verdict: 'well', said: await look() };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const said = visibleText(error.message, 500);
    return error instanceof Ill
      ? { check, verdict: error.verdict, said, mend: error.mend }
      : {
          check,
          verdict: 'ill',
          said,
          mend: 'See the log of the process that answers for this (DATA_DIR/logs).',
        };
  }
}

export function span(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`;
  return seconds < 2 * 86_400 ? `${Math.round(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} days`;
}
