import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, it } from 'vitest';
import { formatCheckpoint } from '#lib/note/checkpoint.ts';
import { logIdOf } from '#lib/note/log-verifier.ts';
import { signNote } from '#lib/note/signed-note.ts';
import { checkFreeze, writeFreeze } from './freeze-document.ts';
import { checkUnsigned, writeBadSignature, writeKeyChange } from './unsigned-document.ts';

function signingLog() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  const origin = 'log.example';
  return {
    listed: { name: origin, url: `https://${origin}`, dialect: 'tiles' as const, origin, publicKey: spki },
    states: (size: bigint) =>
      signNote(formatCheckpoint({ origin, size, root: new Uint8Array(32).fill(Number(size)) }), [
        {
          name: origin,
          keyId: logIdOf(origin, spki).slice(0, 4),
          sign: (message) => new Uint8Array(sign(null, message, privateKey)),
        },
      ]),
  };
}

const [log, successor] = [signingLog(), signingLog()];
const good = log.states(4n);
const bad = log.states(5n).replace('\n5\n', '\n6\n');
const foreign = successor.states(5n);

const checked = (document: string, change: object = {}) =>
  checkUnsigned({ ...JSON.parse(document), ...change });

it('shows that a statement does not verify under the known key, and never that of one that does', () => {
  const document = writeBadSignature(log.listed, { before: good, after: bad });
  expect(checked(document)).toMatchObject({ outcome: 'proved', words: expect.stringContaining('4 entries') });
  for (const change of [
    { after: good },
    { after: foreign },
    { before: bad },
    { before: foreign },
    { after: '' },
  ])
    expect(checked(document, change).outcome).toBe('refuted');
  const without = writeBadSignature(log.listed, { before: undefined, after: bad });
  expect(checked(without).outcome).toBe('proved');
});

it('shows of a key change that each key signed its own, and names what stays open', () => {
  const document = writeKeyChange(log.listed, { before: good, after: foreign, successor: successor.listed });
  expect(checked(document)).toMatchObject({
    outcome: 'proved',
    words:
      'its key signed a tree of 4 entries, and another key, listed under its name, signed one of 5 entries',
    leavesOpen: expect.stringContaining('on purpose'),
  });
  const { log: same } = JSON.parse(document);
  for (const change of [
    { after: good },
    { after: bad },
    { before: foreign },
    { successor: same },
    { successor: null, after: null },
  ])
    expect(checked(document, change).outcome).toBe('refuted');
});

it('shows of a key nobody listed only that the known one did not sign', () => {
  const document = writeKeyChange(log.listed, { before: good, after: foreign });
  const keyId = Buffer.from(logIdOf('log.example', successor.listed.publicKey).slice(0, 4)).toString('hex');
  expect(checked(document)).toMatchObject({ outcome: 'proved', words: expect.stringContaining(keyId) });
  for (const after of [good, bad, 'no note']) expect(checked(document, { after }).outcome).toBe('refuted');
});

it('says of a freeze what was signed, and that the rest is not provable', () => {
  const at = (second: number) => new Date(second * 1000);
  const freeze = {
    reason: 'Its newest statement is old.',
    checkpoint: good,
    firstShownAt: at(0),
    elsewhere: undefined,
  };
  let document = writeFreeze(log.listed, { ...freeze, shownAt: at(1) });
  for (let second = 2; second < 300; second++)
    document = writeFreeze(log.listed, { ...freeze, shownAt: at(second) }, document);
  const { shownAt } = JSON.parse(document);
  expect([shownAt.length, shownAt[0], shownAt.at(-1)]).toEqual([
    100,
    at(1).toISOString(),
    at(299).toISOString(),
  ]);
  expect(checkFreeze(JSON.parse(document))).toMatchObject({
    outcome: 'proved',
    words: 'its key signed a statement of 4 entries',
    leavesOpen: expect.stringMatching(
      /not provable: .* from 1970-01-01T00:00:00.000Z to 1970-01-01T00:04:59.000Z/,
    ),
  });
  const elsewhere = { seenBy: 'https://witness.example', checkpoint: log.states(7n) };
  const more = JSON.parse(writeFreeze(log.listed, { ...freeze, shownAt: at(1), elsewhere }));
  expect(checkFreeze(more)).toMatchObject({
    outcome: 'proved',
    words: expect.stringContaining('also one of 7'),
  });
  for (const checkpoint of [foreign, good])
    expect(checkFreeze({ ...more, elsewhere: { ...elsewhere, checkpoint } }).outcome).toBe('refuted');
  expect(checkFreeze({ ...more, checkpoint: bad }).outcome).toBe('refuted');
});
