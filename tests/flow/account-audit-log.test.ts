/** What was proved and ended, in a real log of its own, as a stock client verifies it. */
import { randomUUID } from 'node:crypto';
import { bundleFromJSON } from '@sigstore/bundle';
import protobuf from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listActs } from '#app/account/audit-list.ts';
import { logSignedActs } from '#app/account/audit-log.ts';
import { recordAct, signedActs } from '#app/account/audit.ts';
import { makeUser, personalTeamId } from '#app/account/user.ts';
import { fromUtf8 } from '#lib/encoding/bytes.ts';
import { guardedFetch } from '#lib/server/guarded-fetch.ts';
import type { FetchBytes } from '#lib/source/log-source.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { LogProcess } from './log-process.ts';

const database = await freshDatabase();
const { sql } = database;
let log: LogProcess;
beforeAll(async () => {
  log = await LogProcess.create(database.url);
  await log.start();
});
afterAll(() => log.remove());

interface Sent {
  readonly digest: string;
  readonly signature: { readonly content: string; readonly verifier: { publicKey: { rawBytes: string } } };
}

interface ListedLog {
  readonly kind: string;
  readonly baseUrl: string;
  readonly logId: string;
  readonly publicKey: string;
  readonly keyDetails: string;
  readonly validFor: object;
}

/** The log's keys as a trusted root, and of the record's own key what the entry itself says. */
async function trustIn(rawBytes: string) {
  const { logs } = (await (await fetch(`${log.url}/log_list.json`)).json()) as { logs: ListedLog[] };
  const tlogs = logs
    .filter(({ kind }) => kind === 'rekor-v2')
    .map(({ baseUrl, logId, publicKey, keyDetails, validFor }) => ({
      baseUrl,
      hashAlgorithm: 'SHA2_256',
      logId: { keyId: logId },
      publicKey: { rawBytes: publicKey, keyDetails, validFor },
    }));
  const root = protobuf.TrustedRoot.fromJSON({ tlogs });
  const key = protobuf.PublicKey.fromJSON({ rawBytes, keyDetails: 'PKIX_ECDSA_P256_SHA_256' });
  return toTrustMaterial(root, { record: key });
}

it('ownership, rules, freezes and shared answers are in the log, each once, over the very line that the team reads', async () => {
  const teamId = await sql.begin(async (transaction) => {
    const userId = await makeUser(transaction);
    const team = (await personalTeamId(transaction, userId)) ?? '';
    const actor = { kind: 'user', id: userId } as const;
    for (const act of signedActs)
      await recordAct(transaction, {
        teamId: team,
        actor,
        act,
        subject: randomUUID(),
        detail: { kind: 'x', as: 'y' },
      });
    await recordAct(transaction, { teamId: team, actor, act: 'user.renamed', subject: userId });
    return team;
  });
  const answers: { sent: Sent; entry: object }[] = [];
  const fetchLog = guardedFetch(log.url);
  const post: FetchBytes = async (path, most, body) => {
    const bytes = await fetchLog(path, most, body);
    const { hashedRekordRequestV002: sent } = JSON.parse(body ?? '') as { hashedRekordRequestV002: Sent };
    answers.push({ sent, entry: JSON.parse(fromUtf8(bytes)) as object });
    return bytes;
  };
  const auditLog = { sql, logUrl: log.url, post };
  expect(await logSignedActs(auditLog)).toBe(signedActs.length);
  expect(await logSignedActs(auditLog)).toBe(0);
  const acts = (await listActs({ sql }, teamId)).toReversed();
  expect(acts.filter(({ entry }) => entry !== undefined).map(({ act }) => act)).toEqual(signedActs);
  const statements = acts.flatMap(({ statement }) => (statement === undefined ? [] : [statement]));
  for (const [at, { sent, entry }] of answers.entries()) {
    const verifier = new Verifier(await trustIn(sent.signature.verifier.publicKey.rawBytes), {
      tlogThreshold: 1,
      ctlogThreshold: 0,
      timestampThreshold: 0,
    });
    const bundle = bundleFromJSON({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { publicKey: { hint: 'record' }, tlogEntries: [entry] },
      messageSignature: {
        messageDigest: { algorithm: 'SHA2_256', digest: sent.digest },
        signature: sent.signature.content,
      },
    });
    const statement = statements[at] ?? '';
    expect(JSON.parse(statement)).toMatchObject({ act: signedActs[at], team: teamId });
    verifier.verify(toSignedEntity(bundle, Buffer.from(statement)));
    const changed = Buffer.from(statement.replace(teamId, randomUUID()));
    expect(() => verifier.verify(toSignedEntity(bundle, changed))).toThrow(/signature/);
  }
});
