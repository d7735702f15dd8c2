/**
 * The real thing: sign in, sign something, verify it as a stranger would, find it under the log's next checkpoint and in
 * the monitor. Each step rests on the one before; where one fails the later ones are said to be untried.
 */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { utf8 } from '#lib/encoding/bytes.ts';
import { readIdToken } from '#lib/sign/id-token.ts';
import { sign } from '#lib/sign/sign.ts';
import { SignError, type SignErrorCode } from '#lib/sign/sign-error.ts';
import { selectServices } from '#lib/sign/signing-config.ts';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { artifactOfBytes } from '#lib/verify/artifact.ts';
import type { VerifiedSignature } from '#lib/verify/verification.ts';
import { verifyCheckpoint } from '#lib/verify/verify-checkpoint.ts';
import { ephemeralKey } from '../ephemeral-key.ts';
import { fetchJson, send as ask } from '../fetch-json.ts';
import { send } from '../service-transport.ts';
import { token as signIn } from '../token.ts';
import { examine, Ill, span, type Finding } from './finding.ts';

export interface SigningPatient {
  readonly caUrl: string;
  readonly webUrl: string;
  readonly email: string;
  /** Instead of a login; the only way where mail goes to real people. */
  readonly identityToken: string | undefined;
}

const monitorPatienceMs = 20_000;

export async function examineSigning(patient: SigningPatient): Promise<Finding[]> {
  const findings: Finding[] = [];
  const step = async <T>(name: string, work: () => Promise<readonly [T, string]>): Promise<T | undefined> => {
    let result: T | undefined;
    const finding = await examine(name, async () => {
      const [value, said] = await work();
      result = value;
      return said;
    });
    findings.push(finding);
    return result;
  };
  const token = await step('login', () => login(patient));
  const signed =
    token === undefined ? undefined : await step('sign and verify', () => signAndVerify(patient, token));
  if (signed === undefined) return [...findings, ...untried(token === undefined)];
  await step('log checkpoint', () => checkpoint(patient, signed));
  await step('monitor', () => monitor(patient, signed));
  return findings;
}

function untried(withoutLogin: boolean): Finding[] {
  const names = [...(withoutLogin ? ['sign and verify'] : []), 'log checkpoint', 'monitor'];
  return names.map((check) => ({
    check,
    verdict: 'skipped',
    said: 'Not tried, since the step before did not work.',
  }));
}

async function login(patient: SigningPatient): Promise<readonly [string, string]> {
  if (patient.identityToken !== undefined) return [patient.identityToken, 'The given ID token is used.'];
  const mailboxUrl = `${patient.webUrl}/api/dev/mailbox`;
  const { status } = await ask(`${mailboxUrl}?to=${encodeURIComponent(patient.email)}`);
  if (status !== 200) {
    throw new Ill(
      'No login was tried: this instance sends its mail to real people.',
      'Pass --identity-token "$(sigwatch token --email YOU)".',
      'skipped',
    );
  }
  const started = performance.now();
  const got = await signIn({ email: patient.email, caUrl: patient.caUrl, mailboxUrl });
  return [got, `Signed in as ${patient.email} by a mailed code in ${span(performance.now() - started)}.`];
}

interface Signed {
  /** SHA-256 of what was signed, hexadecimal: nobody else has signed it. */
  readonly digest: string;
  readonly signature: VerifiedSignature;
}

async function signAndVerify({ caUrl }: SigningPatient, token: string): Promise<readonly [Signed, string]> {
  const [config, root] = await Promise.all([
    fetchJson(`${caUrl}/signing_config.v0.2.json`),
    fetchJson(`${caUrl}/trusted_root.json`),
  ]);
  const bytes = utf8(`sigwatch doctor ${randomUUID()}`);
  const { verification } = await sign({ kind: 'message', bytes }, artifactOfBytes(bytes), {
    services: selectServices(config, new Date()),
    trustedRoot: readTrustedRoot(root),
    token: readIdToken(token),
    send,
    key: ephemeralKey(),
  }).catch(withMend);
  const [time] = verification.signature.times;
  const skew = Math.abs((time?.time.getTime() ?? 0) - Date.now());
  if (skew > 60_000)
    throw new Ill(`The timestamp authority is ${span(skew)} off.`, 'Set the clock of its machine.');
  const digest = createHash('sha256').update(bytes).digest('hex');
  return [
    { digest, signature: verification.signature },
    'Certificate, log entry and timestamp came and verify.',
  ];
}

/** Which process to look at; the authority itself asks the log before it gives a certificate. */
const mends: Partial<Record<SignErrorCode, string>> = {
  'authority-refused':
    'Where it speaks of the log, see that the log process runs and its disk has room (DATA_DIR/logs/log.log); ' +
    'otherwise DATA_DIR/logs/ca.log says more.',
  'log-refused': 'See that the log process runs and its disk has room (DATA_DIR/logs/log.log).',
  'timestamp-refused': 'DATA_DIR/logs/ca.log says more: timestamps come from the authority.',
};

function withMend(error: unknown): never {
  const mend = error instanceof SignError ? mends[error.code] : undefined;
  if (mend === undefined || !(error instanceof SignError)) throw error;
  throw new Ill(error.message, mend);
}

/** The checkpoint that the log serves to everybody must cover what it has just acknowledged. */
async function checkpoint(
  { caUrl }: SigningPatient,
  { signature }: Signed,
): Promise<readonly [true, string]> {
  const [entry] = signature.entries;
  const trusted = readTrustedRoot(await fetchJson(`${caUrl}/trusted_root.json`));
  const log = trusted.tlogs.find(({ baseUrl }) => baseUrl === entry?.logUrl);
  if (entry === undefined || log === undefined) throw new Error('the entry is in no log of the trusted root');
  const { status, body } = await ask(`${log.baseUrl}/checkpoint`);
  if (status !== 200)
    throw new Ill(`${log.baseUrl}/checkpoint answers ${status}.`, 'Let its proxy serve that path.');
  const { size } = verifyCheckpoint(new TextDecoder().decode(body), log);
  if (size <= BigInt(entry.logIndex)) {
    throw new Ill(
      `The log acknowledged entry ${entry.logIndex} and serves a checkpoint of ${size}.`,
      'Something in front of the log caches /checkpoint: it must not.',
    );
  }
  return [true, `The log serves a checkpoint that covers the entry (size ${size}).`];
}

const signings = z.object({ total: z.number() });

async function monitor({ webUrl }: SigningPatient, { digest }: Signed): Promise<readonly [true, string]> {
  const started = performance.now();
  while (performance.now() - started < monitorPatienceMs) {
    const { total } = signings.parse(await fetchJson(`${webUrl}/api/v1/signings?digest=${digest}`));
    if (total > 0) {
      return [true, `The monitor shows the signature after ${span(performance.now() - started)}.`];
    }
    await pause(500);
  }
  throw new Ill(
    `The monitor does not show the signature after ${span(monitorPatienceMs)}.`,
    'Start the workers (sigwatch workers), or see their log: they follow the log and have stopped.',
  );
}
