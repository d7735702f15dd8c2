/**
 * That a log was shown standing still, written down as it was seen. Its one proof is that the log's key signed what was
 * shown, and what others were shown of it where there is that; the rest is a witness's statement and says so.
 */
import * as z from 'zod';
import {
  convictedLog,
  describeLog,
  openStatement,
  signedStatement,
  type NamedLog,
  otherKind,
  refuted,
  type EvidenceCheck,
} from './convicted-log.ts';
import { incidentProof } from './incident-words.ts';

export const freezeKind = 'sigwatch-freeze';

const steps = [
  'checkpoint is the newest statement that was shown, firstShownAt when it was made or seen first, and shownAt the times at which it was shown again: the first, and the newest up to a hundred.',
  '1. checkpoint carries a valid signature by publicKey.',
  '2. Where somebody else was shown more: elsewhere.checkpoint carries one too, and states more entries.',
];

/** The first time and as many of the newest. */
const mostTimes = 100;
const time = z.iso.datetime();

const written = z.object({
  kind: z.literal(freezeKind),
  log: convictedLog,
  reason: z.string().max(1000),
  checkpoint: signedStatement,
  firstShownAt: time,
  shownAt: z.array(time).min(1).max(mostTimes),
  elsewhere: z.object({ seenBy: z.string().max(2048), checkpoint: signedStatement }).nullable(),
});

export interface Freeze {
  /** In a sentence. */
  readonly reason: string;
  readonly checkpoint: string;
  readonly firstShownAt: Date;
  readonly shownAt: Date;
  readonly elsewhere: { readonly seenBy: string; readonly checkpoint: string } | undefined;
}

/** `earlier`: the document as it was written before, whose times are kept. */
export function writeFreeze(log: NamedLog, freeze: Freeze, earlier?: string | null): string {
  const { proves, leavesOpen } = incidentProof('freeze');
  const known = earlier ? written.safeParse(JSON.parse(earlier)).data : undefined;
  const shownAt = freeze.shownAt.toISOString();
  const [first = shownAt, ...more] = known?.checkpoint === freeze.checkpoint ? known.shownAt : [];
  const times = [...new Set([...more, shownAt])].filter((at) => at !== first).slice(1 - mostTimes);
  const document = {
    kind: freezeKind,
    howToCheck: [...steps, `This proves: ${proves}`, `It does not prove: ${leavesOpen}`],
    log: describeLog(log),
    reason: freeze.reason,
    checkpoint: freeze.checkpoint,
    firstShownAt: freeze.firstShownAt.toISOString(),
    shownAt: [first, ...times],
    elsewhere: freeze.elsewhere ?? null,
  };
  return JSON.stringify(document, undefined, 2);
}

/** `document` as JSON.parse gave it. */
export function checkFreeze(document: unknown): EvidenceCheck {
  const read = written.safeParse(document);
  if (!read.success) return otherKind;
  const { log, checkpoint, firstShownAt, shownAt, elsewhere } = read.data;
  const head = openStatement(log, checkpoint);
  if (typeof head === 'string') return refuted(`the statement: ${head}`);
  const other = elsewhere === null ? undefined : openStatement(log, elsewhere.checkpoint);
  if (typeof other === 'string') return refuted(`the statement shown elsewhere: ${other}`);
  if (other !== undefined && other.size <= head.size)
    return refuted('what was shown elsewhere states no more entries');
  const more = other === undefined ? '' : `, and also one of ${other.size}`;
  const again = `According to it, it was shown from ${firstShownAt} to ${shownAt.at(-1)}.`;
  return {
    outcome: 'proved',
    log,
    words: `its key signed a statement of ${head.size} entries${more}`,
    leavesOpen: `${incidentProof('freeze').leavesOpen} ${again}`,
  };
}
