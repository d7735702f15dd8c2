/** Does a verified signature satisfy conditions? The first one that it does not is the reason it does not count. */
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { normalise } from '#lib/identity/normalise.ts';
import { cosignatureVerifier } from '#lib/note/cosignature.ts';
import { NoteError, parseNote } from '#lib/note/signed-note.ts';
import { describePattern, matchesText } from '#lib/verify/text-pattern.ts';
import type { VerifiedSignature } from '#lib/verify/verification.ts';
import type { FulcioClaimName } from '#lib/x509/fulcio-oids.ts';
import type { Pattern } from './policy-file.ts';
import type { ResolvedConditions } from './policy.ts';
import { toPattern } from './resolve-policy.ts';

/** A sentence, or undefined when all are satisfied. */
export function unmetCondition(
  conditions: ResolvedConditions,
  signature: VerifiedSignature,
  now: Date,
): string | undefined {
  for (const check of checks) {
    const complaint = check(conditions, signature, now);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

/** An attestation may say anything of an artifact, "rejected" too: it counts only where its type was asked for. */
export function unaskedAttestation(
  conditions: readonly ResolvedConditions[],
  { predicateType }: VerifiedSignature,
): string | undefined {
  if (predicateType === undefined) return undefined;
  if (conditions.some(({ predicateTypes }) => predicateTypes !== undefined)) return undefined;
  return `it is an attestation of type ${visibleText(predicateType)}, and the policy names no predicateTypes`;
}

type Check = (conditions: ResolvedConditions, signature: VerifiedSignature, now: Date) => string | undefined;

const checks: readonly Check[] = [
  ({ issuer }, signature) => unlike('the issuer', issuer, certified(signature)?.issuer),
  ({ repository }, signature) => unmetRepository(repository, claimsOf(signature).sourceRepositoryUri),
  ({ ref }, signature) => unlike('the ref', ref, claimsOf(signature).sourceRepositoryRef),
  ({ workflow }, signature) => unlike('the workflow', workflow, claimsOf(signature).buildSignerUri),
  ({ claims }, signature) =>
    Object.entries(claims ?? {})
      .map(([name, pattern]) => unlike(name, pattern, claimsOf(signature)[name as FulcioClaimName]))
      .find((complaint) => complaint !== undefined),
  ({ predicateTypes }, { predicateType }) => unlike('the kind of attestation', predicateTypes, predicateType),
  ({ signedAfter }, { times }) =>
    signedAfter !== undefined && times.some(({ time }) => time < new Date(signedAfter))
      ? `it was signed before ${signedAfter}`
      : undefined,
  ({ signedBefore }, { times }) =>
    signedBefore !== undefined && times.some(({ time }) => time >= new Date(signedBefore))
      ? `it was not signed before ${signedBefore}`
      : undefined,
  ({ maxAgeDays }, { times }, now) =>
    maxAgeDays !== undefined && times.some(({ time }) => now.getTime() - time.getTime() > maxAgeDays * dayMs)
      ? `it is older than ${maxAgeDays} days`
      : undefined,
  ({ timestamps }, { times }) =>
    tooFew(
      'timestamp authorities',
      timestamps,
      // Nobody signed for what an observer says.
      times.filter(({ source }) => source !== 'observer').map(({ authority, name }) => [authority, name]),
    ),
  ({ logs }, { entries }) =>
    tooFew(
      'transparency logs',
      logs,
      entries.map(({ logId, logUrl }) => [toHex(logId), logUrl]),
    ),
  unmetWitnesses,
];

const dayMs = 86_400_000;

function certified({ signer }: VerifiedSignature) {
  return signer.kind === 'certificate' ? signer : undefined;
}

function claimsOf(signature: VerifiedSignature) {
  return certified(signature)?.claims ?? {};
}

function unlike(
  what: string,
  patterns: Pattern | readonly Pattern[] | undefined,
  value: string | undefined,
): string | undefined {
  if (patterns === undefined) return undefined;
  const accepted = [patterns].flat().map((pattern) => toPattern(pattern as Pattern));
  if (value === undefined) return `${what} is not stated`;
  if (accepted.some((pattern) => matchesText(pattern, value))) return undefined;
  return `${what} is ${visibleText(value)}, not ${accepted.map(describePattern).join(' or ')}`;
}

function unmetRepository(wanted: string | readonly string[] | undefined, stated: string | undefined) {
  if (wanted === undefined) return undefined;
  const same = (uri: string) => normalise('repository', uri)[0]?.value ?? '';
  if (stated === undefined) return 'the repository is not stated';
  if ([wanted].flat().some((one) => same(one) === same(stated))) return undefined;
  return `the repository is ${visibleText(stated)}`;
}

/** Each authority once, whatever it is called. */
function tooFew(
  what: string,
  wanted: { readonly atLeast: number; readonly from?: readonly string[] | undefined } | undefined,
  found: readonly (readonly [id: string, name: string])[],
): string | undefined {
  if (wanted === undefined) return undefined;
  const { atLeast, from } = wanted;
  const accepted = found.filter(([, name]) => from === undefined || from.includes(name));
  const distinct = new Set(accepted.map(([id]) => id)).size;
  return distinct >= atLeast ? undefined : `${distinct} of ${atLeast} ${what}`;
}

/** Distinct keys among the cosignatures of the checkpoints; a name alone is nobody. */
function unmetWitnesses({ witnesses }: ResolvedConditions, { entries }: VerifiedSignature, now: Date) {
  if (witnesses === undefined) return undefined;
  const until = BigInt(Math.floor(now.getTime() / 1000));
  const most = Math.max(
    0,
    ...entries.map(({ checkpoint }) => countWitnesses(checkpoint, witnesses.keys, until)),
  );
  return most >= witnesses.atLeast ? undefined : `${most} of ${witnesses.atLeast} witnesses`;
}

function countWitnesses(
  checkpoint: string | undefined,
  keys: NonNullable<ResolvedConditions['witnesses']>['keys'],
  until: bigint,
): number {
  if (checkpoint === undefined) return 0;
  try {
    const { text, signatures } = parseNote(checkpoint);
    const message = utf8(text);
    const cosigned = keys.filter((key) => {
      const verifier = cosignatureVerifier(key, until);
      return signatures.some(
        ({ name, keyId, signature }) =>
          name === verifier.name &&
          toHex(keyId) === toHex(verifier.keyId) &&
          verifier.verify(message, signature),
      );
    });
    return new Set(cosigned.map(({ key }) => toHex(key))).size;
  } catch (error) {
    if (error instanceof NoteError) return 0;
    throw error;
  }
}
