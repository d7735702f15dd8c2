/** A time that nobody signed for: used when somebody decided to believe who says it, and for no more than it says. */
import { expect, it } from 'vitest';
import { writeBundle } from '#lib/bundle/write-bundle.ts';
import { bundleFromEntry } from './bundle-from-entry.ts';
import { ephemeralKey } from '#lib/cli/ephemeral-key.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { evaluatePolicy } from '#lib/policy/evaluate-policy.ts';
import { readPolicy } from '#lib/policy/read-policy.ts';
import { verifySubmission } from '#lib/policy/verify-submission.ts';
import { readIdToken } from '#lib/sign/id-token.ts';
import { sign } from '#lib/sign/sign.ts';
import { selectServices } from '#lib/sign/signing-config.ts';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { SigningServicesInMemory } from '#tests/harness/signing-services.ts';
import { artifactOfBytes } from './artifact.ts';
import { verifyBundle } from './verify-bundle.ts';

const who = { identity: 'ada@example.com', issuer: 'https://login.example.com' };
const artifact = artifactOfBytes(utf8('release'));
const signedAt = new Date('2026-05-01T12:00:00Z');
const by = 'https://sigwatch.example.com';
const after = (minutes: number) => ({ by, time: new Date(signedAt.getTime() + minutes * 60_000) });

/** What the log alone gives, without the bundle that the signer has. */
async function logged(rekorVersion: 1 | 2) {
  const services = new SigningServicesInMemory({ rekorVersion, ...who, now: () => signedAt });
  const trustedRoot = readTrustedRoot(services.trustedRoot);
  const { bundle } = await sign({ kind: 'message', bytes: utf8('release') }, artifact, {
    services: selectServices(services.signingConfig, signedAt),
    trustedRoot,
    token: readIdToken(services.idToken),
    send: services.send,
    key: ephemeralKey(),
  });
  const [entry] = bundle.entries;
  const made = entry && bundleFromEntry(entry);
  if (made === undefined) throw new Error('no bundle out of the entry');
  return { made, trustedRoot };
}

const v2 = await logged(2);
const expected = { signer: { kind: 'anyone' } } as const;
const codeOf = async (options: object, { made, trustedRoot } = v2) => {
  const verification = await verifyBundle(made, artifact, { trustedRoot, expected, ...options });
  return verification.verdict === 'verified' ? 'verified' : verification.failure.code;
};

it('an entry of Rekor v2 alone has no time, and is refused', async () => {
  expect(await codeOf({})).toBe('timestamp-missing');
});

it('an observer who saw it while the certificate was valid gives it one, and only then', async () => {
  expect(await codeOf({ observed: after(1) })).toBe('verified');
  expect(await codeOf({ observed: after(60) })).toBe('certificate-outside-validity');
  expect(await codeOf({ observed: after(-60) })).toBe('certificate-outside-validity');
});

it('what was signed for comes first: an entry of Rekor v1 keeps the time of its log', async () => {
  const v1 = await logged(1);
  const { made, trustedRoot } = v1;
  const verification = await verifyBundle(made, artifact, { trustedRoot, expected, observed: after(60) });
  expect(verification).toMatchObject({
    verdict: 'verified',
    signature: { times: [{ source: 'log', time: signedAt }] },
  });
});

it('counts for no policy that wants somebody to have signed for the time', async () => {
  const verdict = async (accept: object) => {
    const policy = readPolicy(
      JSON.stringify({
        sigwatchPolicy: 1,
        people: { ada: [who] },
        accept,
        require: { atLeast: 1, of: 'ada' },
      }),
    );
    const context = { policy, artifact, trustedRoot: v2.trustedRoot, observed: after(1) };
    const submissions = [await verifySubmission('log/1', writeBundle(v2.made), context)];
    return evaluatePolicy(policy, { artifact, submissions, now: after(2).time }).verdict;
  };
  expect(await verdict({})).toBe('satisfied');
  expect(await verdict({ timestamps: { atLeast: 1 } })).toBe('unsatisfied');
  expect(await verdict({ signedBefore: signedAt.toISOString() })).toBe('unsatisfied');
});
