/**
 * ARROW 3, back: the TransparencyLogEntry of Rekor v2, as protojson with unpopulated fields. The proof is checked as a
 * client would check it before it leaves. Before: log/sequencer.
 */
import { verifyInclusion } from '#lib/merkle/inclusion.ts';
import { hashedRekordKind } from '#lib/rekor/hashedrekord.ts';
import { json, type Answer } from '../http/exchange.ts';
import { LogStateError, type LoggedEntry, type PendingEntry } from '../sequencer/entry.ts';

export async function respond(logId: Uint8Array, entry: PendingEntry, logged: LoggedEntry): Promise<Answer> {
  const { index, head } = logged;
  const proof = await logged.prove();
  const { size, root } = head;
  if (!verifyInclusion({ index, size, root, proof, leafHash: entry.leafHash })) {
    throw new LogStateError(`The proof made for entry ${index} does not verify.`);
  }
  // Every value but the note is a number, base64 or a constant: a template is the JSON of it.
  const { kind, version } = hashedRekordKind;
  const body =
    `{"logIndex":"${index}","logId":{"keyId":"${base64(logId)}"},"kindVersion":{"kind":"${kind}","version":"${version}"},` +
    `"integratedTime":"0","inclusionPromise":null,"inclusionProof":{"logIndex":"${index}","rootHash":"${base64(root)}",` +
    `"treeSize":"${size}","hashes":[${proof.map((hash) => `"${base64(hash)}"`).join()}],` +
    `"checkpoint":{"envelope":${JSON.stringify(head.checkpoint)}}},"canonicalizedBody":"${base64(entry.record)}"}`;
  // A repeated submission is a success like the first (the header is upstream's, for those who look).
  return json(201, body, logged.duplicate ? { 'x-log-index': index.toString() } : {});
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
