import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, expect, it } from 'vitest';
import { utf8 } from '#lib/encoding/bytes.ts';
import { accept } from '../rekor/accept.ts';
import { readRequest } from '../rekor/request.ts';
import { Acceptors } from './acceptors.ts';

const acceptors = await Acceptors.open(2);
afterAll(() => acceptors.close());

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rawBytes = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

function body(text: string, signed = text): Uint8Array {
  const content = sign('sha256', Buffer.from(signed), privateKey).toString('base64');
  const verifier = { publicKey: { rawBytes }, keyDetails: 'PKIX_ECDSA_P256_SHA_256' };
  const digest = createHash('sha256').update(text).digest('base64');
  return utf8(JSON.stringify({ hashedRekordRequestV002: { digest, signature: { content, verifier } } }));
}

it('gives everyone the verdict on their own submission, whatever stood beside it', async () => {
  const bodies = Array.from({ length: 100 }, (_, at) =>
    body(`${at}`, at % 7 === 3 ? 'something else' : `${at}`),
  );
  const verdicts = await Promise.allSettled(bodies.map((one) => acceptors.accept('rekor-v2', one)));
  for (const [at, verdict] of verdicts.entries()) {
    if (at % 7 === 3) expect(verdict).toMatchObject({ status: 'rejected', reason: { code: 'malformed' } });
    else expect(verdict).toEqual({ status: 'fulfilled', value: accept(readRequest(bodies[at] ?? utf8(''))) });
  }
  expect(acceptors.depth).toBe(0);
});

it('refuses what it cannot look at soon, and takes more when it has caught up', async () => {
  const bounded = await Acceptors.open(1, 3);
  const verdicts = await Promise.allSettled(
    [1, 2, 3, 4].map((at) => bounded.accept('rekor-v2', body(`${at}`))),
  );
  expect(verdicts.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
  expect(verdicts[3]).toMatchObject({ reason: { code: 'busy' } });
  await expect(bounded.accept('rekor-v2', body('5'))).resolves.toBeDefined();
  await bounded.close();
});

it('answers whoever waited for a thread that is lost, and starts another', async () => {
  const mortal = await Acceptors.open(1);
  const lost = expect(mortal.accept('rekor-v2', body('lost'))).rejects.toThrow(/was lost/);
  await new Promise(setImmediate);
  await mortal.close();
  await lost;
  await expect(mortal.accept('rekor-v2', body('next'))).resolves.toBeDefined();
  await mortal.close();
});
