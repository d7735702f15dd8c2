/**
 * What a doubter's own browser checks of a log entry, with the code of lib/verify, lib/merkle and lib/note: it asks the log
 * and the certificate authority itself and believes this site in which entry is meant and whose witnesses count. Every step
 * runs that has what it needs, so that a person sees all that is wrong.
 */
import type { Bundle } from '#lib/bundle/bundle.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { verifyConsistency } from '#lib/merkle/consistency.ts';
import { verifyInclusion } from '#lib/merkle/inclusion.ts';
import { leafHash } from '#lib/merkle/leaf-hash.ts';
import { cosignersOf } from '#lib/note/cosigners.ts';
import { parseWitnessPolicy } from '#lib/note/witness-policy.ts';
import type { FetchBytes, SignedHead } from '#lib/source/log-source.ts';
import { readTrustedRoot, type TrustedLog, type TrustedRoot } from '#lib/trust/trusted-root.ts';
import { auditTrail } from '#lib/verify/audit-trail.ts';
import type { NamedValues } from '#lib/verify/raw-values.ts';
import type { DrawnPath } from '../e/audit-path.tsx';
import { plural } from '../ui/time.ts';
import { entryLog, type EntryLog, type Place, type ReadEntry } from './entry-log.ts';
import { certificateIn, certified, seen, signed, timed } from './entry-signer.ts';

export interface Question extends Place {
  readonly logUrl: string;
  /** SubjectPublicKeyInfo, hexadecimal: which of the logs of the trusted root this site means. */
  readonly publicKey: string;
  /** c2sp.org/tlog-policy; empty where none is set for this log. */
  readonly witnessPolicy: string;
}

export interface World {
  readonly askLog: FetchBytes;
  /** This instance's, then others that may know the log. */
  readonly trustedRoots: readonly (() => Promise<unknown>)[];
  /** The checkpoint of this log that this browser saw last. */
  readonly remembered: string | undefined;
  readonly remember: (checkpoint: string) => void;
  /** Told of the path that was walked, when it led to the signed root. */
  readonly proved: (path: DrawnPath) => void;
  /** Of the entry, if the reader has it. */
  readonly bundle: () => Promise<Bundle | undefined>;
  readonly now: Date;
}

/** `noted`: there is nothing to check, which is said and is no failure. */
export interface StepResult {
  readonly words: string;
  readonly values?: NamedValues;
  readonly state?: 'noted';
}

/** Shows a step and what came of it; without work, that it was not reached. The value is there when it passed. */
export type RunStep = <T>(
  name: string,
  work: (() => Promise<readonly [T, StepResult]>) | undefined,
) => Promise<T | undefined>;

export async function checkEntry(question: Question, world: World, run: RunStep): Promise<void> {
  const trust = await run('Trusted root', () => readTrust(question, world));
  const log = trust && entryLog(question, trust.log.publicKey, trust.log.logId, world.askLog);
  const head = await run('Checkpoint', log && (() => stated(log)));
  await run('Cosignatures', head && (async () => cosigned(question, head, world.now)));
  // What the log served is looked into even where it is not what this page states.
  let served: ReadEntry | undefined;
  await run(
    'Entry',
    log &&
      head &&
      (async () => {
        if (question.index >= head.size)
          throw new Error(`the log has signed ${head.size} entries; this is number ${question.index}`);
        served = await log.entry(head.size);
        return compared(question, served);
      }),
  );
  const entry = served;
  await run(
    'Inclusion',
    log && head && entry && (() => included(question, head, entry, { log, proved: world.proved })),
  );
  await run('Consistency', log && head && (() => consistent(head, world, log)));
  await checkSigner(entry, trust?.root, world, run);
}

async function checkSigner(
  entry: ReadEntry | undefined,
  root: TrustedRoot | undefined,
  world: World,
  run: RunStep,
): Promise<void> {
  const ready = entry && root && { entry, root };
  const times = await run(
    'Timestamp',
    ready && (async () => timed(ready.entry, await world.bundle(), ready.root)),
  );
  const leaf = await run(
    'Certificate',
    ready &&
      (async () => {
        const certificate = certificateIn(ready.entry);
        if (certificate === undefined) return [undefined, bareKey] as const;
        const [, result] = await certified(certificate, times ?? [], ready.root);
        return [certificate, result] as const;
      }),
  );
  await run(
    'SCT',
    ready &&
      (async () => {
        const certificate = leaf ?? certificateIn(ready.entry);
        return certificate === undefined ? ([undefined, bareKey] as const) : seen(certificate, ready.root);
      }),
  );
  await run('Signature', ready && (async () => signed(ready.entry)));
}

const bareKey: StepResult = { words: 'none: signed with a bare key', state: 'noted' };

type Trusted = { readonly root: TrustedRoot; readonly log: TrustedLog };

async function readTrust(
  question: Question,
  { trustedRoots }: World,
): Promise<readonly [Trusted, StepResult]> {
  for (const read of trustedRoots) {
    const root = readTrustedRoot(await read());
    const log = root.tlogs.find(({ publicKey }) => toHex(publicKey) === question.publicKey);
    if (log === undefined) continue;
    const values = [['Key of the log', toHex(log.publicKey)]] as const;
    return [
      { root, log },
      { words: 'names this log and its key', values },
    ];
  }
  throw new Error('this log is not in the trusted root, so its key is not known');
}

async function stated(log: EntryLog): Promise<readonly [SignedHead, StepResult]> {
  const head = log.open(await log.head());
  return [head, { words: 'signed by the key of the log', values: [['Checkpoint', head.evidence]] }];
}

/** How far the clock of a witness may be ahead of ours, in seconds. */
const skew = 300n;

function cosigned(
  { witnessPolicy, origin }: Question,
  { evidence }: SignedHead,
  now: Date,
): readonly [undefined, StepResult] {
  const policy = witnessPolicy === '' ? undefined : parseWitnessPolicy(witnessPolicy);
  const until = BigInt(Math.floor(now.getTime() / 1000)) + skew;
  const host = origin.replace(/ - \d+$/, '');
  const lines = cosignersOf(policy ?? { witnesses: [] }, evidence, until).filter(({ name }) => name !== host);
  const good = new Map(
    lines.flatMap((one) => (one.state === 'good' ? [[one.witness, one.time] as const] : [])),
  );
  const missing = (policy?.witnesses ?? []).filter(
    (witness) =>
      !good.has(witness) && !lines.some(({ name, state }) => state === 'bad' && name === witness.key.name),
  );
  const values = [
    ...lines.map((one) => [one.name, saidOf(one)] as const),
    ...missing.map(
      ({ key }) => [key.name, 'missing: it is in the policy and not under this checkpoint'] as const,
    ),
  ];
  const bad = lines.filter(({ state }) => state === 'bad').map(({ name }) => name);
  if (bad.length > 0) throw new StepFailure(`the cosignature of ${bad.join(', ')} does not verify`, values);
  if (policy === undefined) {
    const words =
      lines.length === 0
        ? 'none, and no witness is asked for'
        : `${lines.map(({ name }) => name).join(', ')}: not checked, since this instance was told no key of theirs`;
    return [undefined, { words, values, state: 'noted' }];
  }
  const tally = `${good.size} of the ${policy.witnesses.length} witnesses of the policy signed it`;
  if (!policy.isQuorum(new Set(good.keys())))
    throw new StepFailure(`${tally}, which is no quorum`, [...values, ['Policy', witnessPolicy]]);
  const names = [...good.keys()].map(({ key }) => key.name).join(', ');
  const words = `${tally}, which is a quorum${names === '' ? '' : `: ${names}`}`;
  return [undefined, { words, values: [...values, ['Policy', witnessPolicy]] }];
}

function saidOf(one: ReturnType<typeof cosignersOf>[number]): string {
  switch (one.state) {
    case 'good':
      return `good: it knew no larger tree of this log at ${new Date(Number(one.time) * 1000).toISOString()}`;
    case 'bad':
      return 'bad: it does not verify under the key of the policy';
    case 'unknown':
      return 'unknown: the policy has no such key, so it says nothing';
  }
}

/** With what is to be seen of it, where a reason alone would not do. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';
  readonly values: NamedValues;

  constructor(words: string, values: NamedValues) {
    super(words);
    this.values = values;
  }
}

function compared(
  { leafHash: page }: Question,
  { canonicalizedBody }: ReadEntry,
): readonly [undefined, StepResult] {
  const hash = toHex(leafHash(canonicalizedBody));
  if (hash !== page) throw new Error(`the log’s entry hashes to ${hash}, this page states ${page}`);
  const entry = new TextDecoder().decode(canonicalizedBody);
  return [
    undefined,
    {
      words: 'hashes to what this page states',
      values: [
        ['Leaf hash', hash],
        ['Entry', entry],
      ],
    },
  ];
}

async function included(
  { index }: Question,
  { size, root }: SignedHead,
  { canonicalizedBody }: ReadEntry,
  { log, proved }: { log: EntryLog } & Pick<World, 'proved'>,
): Promise<readonly [undefined, StepResult]> {
  const hash = leafHash(canonicalizedBody);
  const proof = await log.path(size, hash);
  const values = [
    ['Audit path', proof.map(toHex).join('\n')],
    ['Root', toHex(root)],
  ] as const;
  if (!verifyInclusion({ index, size, root, leafHash: hash, proof }))
    throw new StepFailure('the hashes of the log do not lead from this entry to the root it signed', values);
  proved({ leafHash: hash, steps: auditTrail({ index, size, leafHash: hash, proof }), index, size });
  const words = `${proof.length === 1 ? 'one hash leads' : `${proof.length} hashes lead`} from it to the signed root of ${plural(size, 'entry', 'entries')}`;
  return [undefined, { words, values }];
}

/** A log that shows two people two histories is caught when one of them remembers. */
async function consistent(
  head: SignedHead,
  { remembered, remember }: World,
  log: EntryLog,
): Promise<readonly [undefined, StepResult]> {
  if (remembered === undefined) {
    remember(head.evidence);
    const words = 'first visit: nothing to compare with; this browser now remembers the checkpoint';
    return [undefined, { words, state: 'noted' }];
  }
  const before = log.open(remembered);
  const [older, newer] = before.size <= head.size ? [before, head] : [head, before];
  const same = older.size === newer.size;
  const proof = same ? [] : await log.consistency(older.size, newer.size);
  const claim = { oldSize: older.size, oldRoot: older.root, newSize: newer.size, newRoot: newer.root, proof };
  const values = [
    ['Remembered', before.evidence],
    ['Now', head.evidence],
    ['Proof', proof.map(toHex).join('\n')],
  ] as const;
  if (!verifyConsistency(claim))
    throw new StepFailure('the log signed two histories: keep both checkpoints as evidence', values);
  remember(newer.evidence);
  const words = same
    ? 'the very tree that this browser remembers'
    : `the tree of ${plural(older.size, 'entry', 'entries')} is the beginning of that of ${plural(newer.size, 'entry', 'entries')}`;
  return [undefined, { words, values }];
}
