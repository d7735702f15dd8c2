/** The witnesses of one log, out of the operator's policy file. A policy without `log` lines is about every log of ours. */
import { readFileSync } from 'node:fs';
import { equal } from '#lib/encoding/bytes.ts';
import { readPublicKey } from '#lib/crypto/public-key.ts';
import { logVerifier } from '#lib/note/log-verifier.ts';
import { formatVerifierKey, type VerifierKey } from '#lib/note/verifier-key.ts';
import { parseWitnessPolicy, WitnessPolicyError, type WitnessPolicy } from '#lib/note/witness-policy.ts';
import type { WitnessesConfig } from '#lib/server/config.ts';
import { ConfigError } from '#lib/server/config-error.ts';
import type { Logger } from '#lib/server/logger.ts';
import type { SignedHead } from '../sequencer/head.ts';
import { Gatherer, type Gathered } from './gather.ts';
import { postByFetch, type ProveConsistency } from './witness-client.ts';
import { WitnessRounds } from './witnessing.ts';

export interface WitnessedAs {
  /** Its checkpoints' first line. */
  readonly origin: string;
  /** What it signs as. */
  readonly name: string;
  readonly spki: Uint8Array;
}

export interface OpenedWitnesses {
  /** Unset when nobody is to be asked about this log. */
  readonly witnessing?: WitnessRounds;
  /** Set when entries may only be acknowledged with cosignatures, and nobody can give any: why nothing is taken. */
  readonly refusal?: string;
  /** Throws LogStateError when this log must not go on from `head`. */
  refuseIfBehind(head: SignedHead): Promise<void>;
}

const startBudgetMs = 5_000;

export function openWitnesses(
  log: WitnessedAs,
  settings: WitnessesConfig,
  prove: ProveConsistency,
  logger: Logger,
): OpenedWitnesses {
  const policy = readPolicy(settings.policyFile);
  if (!canBeNamed(log)) return withoutWitnesses(log, settings, logger);
  const key = verifierKeyOf(log);
  if (!isAbout(policy, key)) return unnamed(key, log.origin, settings, logger);
  const now = (): bigint => BigInt(Math.floor(Date.now() / 1000));
  const gatherer = new Gatherer({ policy, prove, post: postByFetch, now });
  const onRound = (round: Gathered): void => report(round, log.origin, logger);
  const { mode, budgetMs } = settings;
  return {
    witnessing: new WitnessRounds({ gatherer, mode, budgetMs, onRound, now: () => performance.now() }),
    refuseIfBehind: async (head) => onRound(await gatherer.refuseIfBehind(head, startBudgetMs)),
  };
}

/**
 * Witnesses know a log by its origin, and a policy names it so by a verifier key, whose name holds no space
 * (c2sp.org/signed-note, c2sp.org/tlog-policy). An origin of Rekor v1, `<host> - <tree id>`, has two: nobody can ever
 * cosign that log, so cosignatures are required of all others, and its clients go by the signed entry timestamp.
 */
function canBeNamed({ origin }: Pick<WitnessedAs, 'origin'>): boolean {
  return !/[\s+]/u.test(origin);
}

function withoutWitnesses(
  { origin }: WitnessedAs,
  { mode }: WitnessesConfig,
  logger: Logger,
): OpenedWitnesses {
  if (mode === 'require')
    logger.warn({ log: origin }, 'this log takes entries without cosignatures: no witness can name it');
  return { refuseIfBehind: async () => undefined };
}

/** Throws ConfigError: who may sequence later says at its start, not then, that it could not. */
export function requireReadablePolicy({ policyFile }: WitnessesConfig): void {
  readPolicy(policyFile);
}

export interface PolicyLine {
  /** Under which a policy names the log, and a witness knows it. */
  readonly line: string;
  /** Undefined when the policy names no log at all, hence is about each. */
  readonly isNamed: boolean | undefined;
}

/** Throws ConfigError when the policy cannot be read. */
export function policyLine(log: WitnessedAs, policyFile: string): PolicyLine {
  const policy = readPolicy(policyFile);
  const key = verifierKeyOf(log);
  const isNamed = policy.logs.length === 0 ? undefined : isAbout(policy, key);
  return { line: lineOf(key), isNamed };
}

const lineOf = (key: VerifierKey): string => `log ${formatVerifierKey(key)}`;

/** By its key: a log that took another one's name is not the one the operator meant. */
function isAbout({ logs }: WitnessPolicy, { name, key }: VerifierKey): boolean {
  return logs.length === 0 || logs.some((log) => log.key.name === name && equal(log.key.key, key));
}

/** With required cosignatures a log that has no witnesses must not be one that needs none. */
function unnamed(
  key: VerifierKey,
  origin: string,
  { mode, policyFile }: WitnessesConfig,
  logger: Logger,
): OpenedWitnesses {
  const refuseIfBehind = async (): Promise<void> => undefined;
  if (mode === 'async') return { refuseIfBehind };
  const line = lineOf(key);
  logger.error({ log: origin, policyFile, line }, 'no entry is taken: the witness policy lacks this log');
  return {
    refusal: `${origin} takes no entries: cosignatures are required, and its witness policy does not name it`,
    refuseIfBehind,
  };
}

function verifierKeyOf({ name, spki }: WitnessedAs): VerifierKey {
  const { keyId } = logVerifier(name, spki);
  const key = readPublicKey(spki);
  return key.kind === 'ed25519'
    ? { name, keyId, type: 'ed25519', key: key.raw }
    : { name, keyId, type: 'ecdsa', key: spki };
}

function report({ head, cosigned, isQuorum, failures }: Gathered, origin: string, logger: Logger): void {
  const round = { log: origin, size: `${head.size}`, cosigned, isQuorum };
  logger.debug(round, 'cosignatures');
  for (const { code, message } of failures) {
    if (code === 'superseded') continue;
    // A witness that knows another tree than ours is the one thing that must never be true.
    const level = code === 'ahead' || code === 'disagrees' ? 'error' : 'warn';
    logger[level]({ ...round, code }, message);
  }
}

function readPolicy(file: string): WitnessPolicy {
  try {
    return parseWitnessPolicy(readFileSync(file, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof WitnessPolicyError ? cause.message : 'cannot be read';
    throw new ConfigError(`WITNESS_POLICY_FILE: ${file}: ${reason}.`, { cause });
  }
}
