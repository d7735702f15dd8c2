/**
 * Whatever a stranger sends, a parser answers or throws its own error: no other exception, no hang, and the verifier never
 * says yes. Short here; SIGWATCH_FUZZ=1000000 makes it the long run.
 */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BundleError } from '#lib/bundle/bundle.ts';
import { readBundle } from '#lib/bundle/read-bundle.ts';
import { readStatement } from '#lib/bundle/statement.ts';
import { writeBundle } from '#lib/bundle/write-bundle.ts';
import { parseCheckpoint } from '#lib/note/checkpoint.ts';
import { NoteError, openNote, parseNote } from '#lib/note/signed-note.ts';
import { PolicyError } from '#lib/policy/policy-error.ts';
import { readPolicy } from '#lib/policy/read-policy.ts';
import { readIdToken } from '#lib/sign/id-token.ts';
import { SignError } from '#lib/sign/sign-error.ts';
import { selectServices } from '#lib/sign/signing-config.ts';
import { readTimestampResponse } from '#lib/timestamp/read-response.ts';
import { TimestampError } from '#lib/timestamp/timestamp-error.ts';
import { readTrustedRoot, TrustedRootError } from '#lib/trust/trusted-root.ts';
import { artifactOfBytes } from '#lib/verify/artifact.ts';
import { verifyBundle } from '#lib/verify/verify-bundle.ts';
import { CertificateError, readCertificate } from '#lib/x509/certificate.ts';
import { casesAreHere, readCase } from './bundle-verify/cases.ts';

const numRuns = Number(process.env.SIGWATCH_FUZZ ?? 400);
const slowestMs = 250;

interface Splice {
  readonly at: number;
  readonly cut: number;
  readonly put: Uint8Array;
}

/** What breaks parsers in practice: lengths, signs, nesting, quotes, line ends, bytes with the top bit. */
const tokens = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  'null',
  '-1',
  '1e9',
  '\\u0000',
  '\n\n',
  '\u2014 ',
  '+',
  '=',
  ': ',
  '&a *a',
  '__proto__',
];
const put = fc.oneof(
  fc.uint8Array({ maxLength: 8 }),
  fc.constantFrom(...tokens).map((token) => new TextEncoder().encode(token)),
  fc.constantFrom(
    Uint8Array.of(0x80),
    Uint8Array.of(0x84, 0xff, 0xff, 0xff, 0xff),
    Uint8Array.of(0x30, 0x80),
  ),
);
const splices = fc.array(
  fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat({ max: 40 }), put }),
  { minLength: 1, maxLength: 4 },
);

function mutate(original: Uint8Array, changes: readonly Splice[]): Uint8Array {
  return changes.reduce((bytes, { at, cut, put }) => {
    const start = Math.floor(at * bytes.length);
    return Uint8Array.from([...bytes.subarray(0, start), ...put, ...bytes.subarray(start + cut)]);
  }, original);
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (from: string) => new TextEncoder().encode(from);

/** Runs it; lets pass only what it may throw. */
function survives(work: () => unknown, ...may: (abstract new (...args: never[]) => Error)[]): void {
  const started = performance.now();
  try {
    work();
  } catch (error) {
    if (!may.some((kind) => error instanceof kind)) throw error;
  }
  expect(performance.now() - started).toBeLessThan(slowestMs);
}

const policyText = `sigwatchPolicy: 1
people:
  ann: [{identity: ann@example.com, issuer: https://accounts.example.com}]
groups: {all: [ann, {anyoneAt: example.com, issuer: {glob: '**'}}]}
roles: {releaser: {of: all, where: {ref: {glob: refs/tags/*}, logs: {atLeast: 1}}}}
artifact: {deny: ["sha256:${'0'.repeat(64)}"]}
require: {all: [{atLeast: 1, of: releaser}, {any: [{atLeast: 1, of: ann}]}]}
`;
const idToken = [
  '{"alg":"RS256"}',
  '{"iss":"https://i","sub":"s","exp":1,"email":"a@b.c","email_verified":true}',
  'x',
]
  .map((part) => Buffer.from(part).toString('base64url'))
  .join('.');

// A skipped description still runs its body, which reads the cases.
if (!casesAreHere) it.skip('a fuzzed parser: the public conformance cases are not beside this checkout');
else describe('a fuzzed', fuzzedParsers);

function fuzzedParsers(): void {
  const given = readCase('rekor2-happy-path');
  const json = JSON.parse(given.bundle) as { verificationMaterial: Record<string, unknown> };
  const bundle = readBundle(given.bundle);
  const config = readFileSync(
    given.paths.trustedRoot.replace(
      /conformance.*|public-instance.*/,
      'public-instance/signing_config.v0.2.json',
    ),
  );
  const leaf = bundle.material.kind === 'certificate' ? bundle.material.leaf : new Uint8Array(0);
  const note = bundle.entries[0]?.inclusionProof?.checkpoint ?? '';
  const timestamp = bundle.timestamps[0] ?? new Uint8Array(0);
  const now = new Date('2026-01-01T00:00:00Z');

  const parsers: [string, Uint8Array, (input: Uint8Array) => void][] = [
    ['bundle', bytes(given.bundle), (input) => survives(() => readBundle(text(input)), BundleError)],
    [
      'trusted root',
      bytes(given.trustedRoot),
      (input) => survives(() => readTrustedRoot(JSON.parse(text(input))), TrustedRootError, SyntaxError),
    ],
    ['policy', bytes(policyText), (input) => survives(() => readPolicy(text(input)), PolicyError)],
    ['certificate', leaf, (input) => survives(() => readCertificate(input), CertificateError)],
    ['timestamp', timestamp, (input) => survives(() => readTimestampResponse(input), TimestampError)],
    ['note', bytes(note), (input) => survives(() => openNote(text(input), []), NoteError)],
    [
      'checkpoint',
      bytes(note),
      (input) => survives(() => parseCheckpoint(parseNote(text(input)).text), NoteError),
    ],
    [
      'statement',
      bytes(
        JSON.stringify({
          _type: 'https://in-toto.io/Statement/v1',
          subject: [{ name: 'a', digest: { sha256: 'ab' } }],
          predicateType: 'x',
        }),
      ),
      (input) => survives(() => readStatement(input)),
    ],
    ['ID token', bytes(idToken), (input) => survives(() => readIdToken(text(input)), SignError)],
    [
      'signing config',
      Uint8Array.from(config),
      (input) => survives(() => selectServices(JSON.parse(text(input)), now), SignError, SyntaxError),
    ],
  ];

  it.each(parsers)(
    '%s',
    (_, original, parse) => {
      fc.assert(
        fc.property(splices, (changes) => parse(mutate(original, changes))),
        { numRuns },
      );
    },
    3_600_000,
  );

  it('bundle never gets a yes unless it says what the good one says', async () => {
    const trustedRoot = readTrustedRoot(JSON.parse(given.trustedRoot));
    const artifact = artifactOfBytes(given.artifact);
    const options = { trustedRoot, expected: { signer: { kind: 'anyone' } } } as const;
    const good = writeBundle(bundle);
    await fc.assert(
      fc.asyncProperty(splices, async (changes) => {
        let fuzzed;
        try {
          fuzzed = readBundle(text(mutate(bytes(given.bundle), changes)));
        } catch {
          return;
        }
        const verification = await verifyBundle(fuzzed, artifact, options);
        if (verification.verdict === 'verified') expect(writeBundle(fuzzed)).toBe(good);
        else expect(verification.failure.code).not.toBe('unexpected-error');
      }),
      { numRuns },
    );
  }, 3_600_000);

  it('field of a bundle, decoded and encoded again, never gets a yes or an unexpected error', async () => {
    const trustedRoot = readTrustedRoot(JSON.parse(given.trustedRoot));
    const artifact = artifactOfBytes(given.artifact);
    const options = { trustedRoot, expected: { signer: { kind: 'anyone' } } } as const;
    const entry = bundle.entries[0];
    if (entry === undefined || json.verificationMaterial === undefined) throw new Error('no entry');
    const where = fc.constantFrom('leaf', 'body', 'token', 'signature', 'checkpoint');
    await fc.assert(
      fc.asyncProperty(where, splices, async (field, changes) => {
        const bend = (value: Uint8Array) => mutate(value, changes);
        const proof = entry.inclusionProof && {
          ...entry.inclusionProof,
          checkpoint: field === 'checkpoint' ? text(bend(bytes(note))) : note,
        };
        const bent = {
          ...bundle,
          ...(field === 'leaf' && {
            material: { kind: 'certificate', leaf: bend(leaf), others: [] } as const,
          }),
          ...(field === 'token' && { timestamps: [bend(timestamp)] }),
          ...(field === 'signature' && {
            content: { ...bundle.content, signature: bend(bundle.content.signature) },
          }),
          entries: [
            {
              ...entry,
              inclusionProof: proof,
              canonicalizedBody: field === 'body' ? bend(entry.canonicalizedBody) : entry.canonicalizedBody,
            },
          ],
        };
        const verification = await verifyBundle(bent, artifact, options);
        if (verification.verdict === 'refused') {
          expect(
            verification.steps.flatMap((step) => (step.outcome === 'failed' ? [step.code] : [])),
          ).not.toContain('unexpected-error');
        } else if (field !== 'token' && field !== 'checkpoint')
          expect(writeBundle(bent)).toBe(writeBundle(bundle));
      }),
      { numRuns },
    );
  }, 3_600_000);
}
