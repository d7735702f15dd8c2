// Checks this folder without asking anybody: node verify.mjs [public key of the log, SPKI in base64]
// Each file in entries/: its bytes hash to the leaf (RFC 6962 2.1), the path leads from there to the root of the
// checkpoint, and the checkpoint is signed. Get the key of the log from somewhere else than this archive: without it,
// only the key that the archive itself names is used, and this says so.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

const given = process.argv[2];
const here = new URL('./', import.meta.url);
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const bytesOf = (text) => Buffer.from(text, 'base64');

checkSums();
const files = readdirSync(new URL('entries/', here)).sort();
for (const file of files) {
  const evidence = JSON.parse(readFileSync(new URL(`entries/${file}`, here), 'utf8'));
  const head = readCheckpoint(evidence.checkpoint);
  checkSignature(evidence, head);
  checkInclusion(evidence, head);
  process.stdout.write(
    `ok ${file}: entry ${evidence.index} of ${head.origin}, in the tree of ${head.size} entries\n`,
  );
}
if (given === undefined)
  process.stdout.write(
    'The key of the log is the one the archive names: compare it with one from elsewhere.\n',
  );

function checkSums() {
  for (const line of readFileSync(new URL('SHA256SUMS', here), 'utf8').trim().split('\n')) {
    const [sum, path] = line.split('  ');
    const found = sha256(readFileSync(new URL(path, here))).toString('hex');
    if (found !== sum) fail(`${path} is not as it was packed`);
  }
}

function readCheckpoint(note) {
  const end = note.indexOf('\n\n');
  const body = note.slice(0, end + 1);
  const [origin, size, root] = body.split('\n');
  const lines = note
    .slice(end + 2)
    .trim()
    .split('\n');
  const signatures = lines
    .map((line) => /^\u2014 (\S+) (\S+)$/u.exec(line))
    .filter((match) => match !== null);
  return { body, origin, size: BigInt(size), root: bytesOf(root), signatures };
}

function checkSignature({ log }, { body, origin, signatures }) {
  const key = createPublicKey({ key: bytesOf(given ?? log.publicKey), format: 'der', type: 'spki' });
  const hash = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  const signed = signatures.some(
    // Four bytes name the key, the rest is the signature. Witnesses sign as well, with keys of their own.
    ([, , text]) => verify(hash, Buffer.from(body), key, bytesOf(text).subarray(4)),
  );
  if (!signed) fail(`the checkpoint of ${origin} is not signed by the key of the log`);
}

function checkInclusion({ index, leaf, inclusionProof }, { size, root }) {
  let at = BigInt(index);
  let last = size - 1n;
  if (at > last) fail(`the tree of ${size} entries has no entry ${index}`);
  let hash = sha256(Buffer.of(0), bytesOf(leaf));
  for (const sibling of inclusionProof.map(bytesOf)) {
    if (last === 0n) fail('the path is too long');
    if (at % 2n === 1n || at === last) {
      hash = sha256(Buffer.of(1), sibling, hash);
      while (at % 2n === 0n && at !== 0n) [at, last] = [at / 2n, last / 2n];
    } else hash = sha256(Buffer.of(1), hash, sibling);
    [at, last] = [at / 2n, last / 2n];
  }
  if (last !== 0n || !hash.equals(root)) fail(`entry ${index} is not in the tree that the log signed`);
}

function fail(words) {
  process.stderr.write(`not ok: ${words}\n`);
  process.exit(1);
}
