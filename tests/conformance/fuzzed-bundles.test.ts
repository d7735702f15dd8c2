/** A fuzzed bundle never gets a yes, unless it says what the good one says. Short here; `npm run fuzz` is the long run. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bundle } from '#lib/bundle/bundle.ts';
import { BundleError } from '#lib/bundle/bundle.ts';
import { readBundle } from '#lib/bundle/read-bundle.ts';
import { writeBundle } from '#lib/bundle/write-bundle.ts';
import { parseNote } from '#lib/note/signed-note.ts';
import { readTimestampResponse } from '#lib/timestamp/read-response.ts';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { artifactOfBytes } from '#lib/verify/artifact.ts';
import { verifyBundle } from '#lib/verify/verify-bundle.ts';
import { casesAreHere, readCase } from './bundle-verify/cases.ts';
import { derEdits, editDer } from './fuzz/der-edits.ts';
import { editJson, edits } from './fuzz/json-edits.ts';
import { bend, splices, text } from './fuzz/splices.ts';
import { numRuns, Survey } from './fuzz/survey.ts';

const untilDone = 36_000_000;

// A skipped description still runs its body, which reads the cases.
if (!casesAreHere) it.skip('a fuzzed bundle: the public conformance cases are not beside this checkout');
else describe('a fuzzed bundle', fuzzedBundles);

function fuzzedBundles(): void {
  const given = readCase('rekor2-happy-path');
  const original = new TextEncoder().encode(given.bundle);
  const bundle = readBundle(given.bundle);
  const good = writeBundle(bundle);
  const trustedRoot = readTrustedRoot(JSON.parse(given.trustedRoot));
  const artifact = artifactOfBytes(given.artifact);
  const verify = (bent: Bundle) =>
    verifyBundle(bent, artifact, { trustedRoot, expected: { signer: { kind: 'anyone' } } });

  async function judge(bent: Bundle, survey: Survey): Promise<void> {
    const { verdict, steps } = await verify(bent);
    survey.count(verdict === 'verified' ? 'read' : 'refused');
    const codes = steps.flatMap((step) => (step.outcome === 'failed' ? [step.code] : []));
    expect(codes).not.toContain('unexpected-error');
    if (verdict === 'verified' && writeBundle(bent) !== good) expect(meaning(bent)).toEqual(meaning(bundle));
  }

  it(
    'in its text',
    async () => {
      const survey = new Survey();
      const inputs = fc.oneof(
        splices.map((changes) => bend(original, changes)),
        edits.map((list) => editJson(given.bundle, list)),
      );
      const property = fc.asyncProperty(inputs, async (input) => {
        const bent = readOrNothing(text(input));
        if (bent === undefined) survey.count('refused');
        else await judge(bent, survey);
      });
      await fc.assert(property, { numRuns });
      survey.report('text of a bundle, verified');
    },
    untilDone,
  );

  it(
    'in one field, decoded and encoded again',
    async () => {
      const survey = new Survey();
      const bent = fc.oneof(
        fc
          .tuple(fc.constantFrom(...fields), splices)
          .map(([field, changes]) => bentIn(bundle, field, (value) => bend(value, changes))),
        fc
          .tuple(fc.constantFrom('leaf', 'token'), derEdits)
          .map(([field, list]) => bentIn(bundle, field, (value) => editDer(value, list))),
      );
      const property = fc.asyncProperty(bent, async (given) => judge(given, survey));
      await fc.assert(property, { numRuns });
      survey.report('field of a bundle, verified');
    },
    untilDone,
  );
}

function readOrNothing(given: string): Bundle | undefined {
  try {
    return readBundle(given);
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    return undefined;
  }
}

const fields = ['leaf', 'body', 'token', 'signature', 'checkpoint', 'root', 'hash', 'logId'] as const;

function bentIn(bundle: Bundle, field: (typeof fields)[number], change: (value: Uint8Array) => Uint8Array) {
  const { material, content } = bundle;
  const [entry] = bundle.entries;
  const proof = entry?.inclusionProof;
  if (material.kind !== 'certificate' || entry === undefined || proof === undefined)
    throw new Error('no entry');
  const at = (name: typeof field, value: Uint8Array) => (field === name ? change(value) : value);
  const envelope = new TextEncoder().encode(proof.checkpoint);
  return {
    ...bundle,
    material: { ...material, leaf: at('leaf', material.leaf) },
    timestamps: bundle.timestamps.map((token) => at('token', token)),
    content: { ...content, signature: at('signature', content.signature) },
    entries: [
      {
        ...entry,
        logId: at('logId', entry.logId),
        canonicalizedBody: at('body', entry.canonicalizedBody),
        inclusionProof: {
          ...proof,
          rootHash: at('root', proof.rootHash),
          hashes: proof.hashes.map((hash, index) => (index === 0 ? at('hash', hash) : hash)),
          checkpoint: text(at('checkpoint', envelope)),
        },
      },
    ],
  };
}

/**
 * All of a bundle that anybody signs, hashes or compares; the wrapping of a timestamp (RFC 5652 §5.4) and the lines of
 * others below a checkpoint are neither.
 */
function meaning(bundle: Bundle) {
  const tokens = bundle.timestamps.map((der) => {
    const { content, signer } = readTimestampResponse(der);
    return { content, signer: { ...signer } };
  });
  const entries = bundle.entries.map(({ inclusionProof, ...entry }) => {
    const note = parseNote(inclusionProof?.checkpoint ?? '');
    const [origin] = note.text.split('\n');
    const own = note.signatures.filter(({ name }) => name === origin);
    return { ...entry, inclusionProof: { ...inclusionProof, checkpoint: { text: note.text, own } } };
  });
  return { ...bundle, timestamps: tokens, entries };
}
