/** The secret address of a watch's feed: it shows what was not expected, and can do nothing. */
import { randomBytes } from 'node:crypto';
import { sha256 } from '#crypto/sha256.ts';
import { toBase64Url } from '#lib/encoding/base64.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import type { Transaction } from '#lib/server/database.ts';
import { isSealed } from '#lib/server/sealing.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { OwnWatch } from './asked.ts';

type Reads = Pick<Dependencies, 'prisma' | 'config' | 'sealing'>;

const placeOf = (watchId: string) => `account_feed ${watchId} token`;

export async function feedAddress(
  { prisma, config, sealing }: Reads,
  { id }: Pick<OwnWatch, 'id'>,
): Promise<string | undefined> {
  const feed = await prisma.accountFeed.findUnique({ where: { watchId: id } });
  return feed === null
    ? undefined
    : `${config.web.url}/watch/feed?token=${sealing.open(placeOf(id), feed.token)}`;
}

/** Whoever knew the address before knows nothing any more. */
export async function renewFeed(
  transaction: Transaction,
  { sealing }: Pick<Dependencies, 'sealing'>,
  { id }: Pick<OwnWatch, 'id'>,
): Promise<void> {
  const token = toBase64Url(randomBytes(32));
  const sealed = sealing.seal(placeOf(id), token);
  await transaction`
    INSERT INTO account_feed (watch_id, token, token_hash) VALUES (${id}, ${sealed}, ${sha256(utf8(token))})
    ON CONFLICT (watch_id) DO UPDATE SET token = ${sealed}, token_hash = ${sha256(utf8(token))}`;
}

/** The watch that an address is about. */
export async function watchOfFeed(
  { prisma }: Pick<Reads, 'prisma'>,
  token: string,
): Promise<string | undefined> {
  const where = { tokenHash: new Uint8Array(sha256(utf8(token))) };
  return (await prisma.accountFeed.findUnique({ where }))?.watchId;
}

/** Feeds from before there was a seal; run at every start, and after the first there is nothing to do. */
export async function sealPlainFeeds({
  prisma,
  sealing,
}: Pick<Reads, 'prisma' | 'sealing'>): Promise<number> {
  const rows = await prisma.accountFeed.findMany({ where: { NOT: { token: { startsWith: 'sealed:' } } } });
  const plain = rows.filter(({ token }) => !isSealed(token));
  for (const { watchId, token } of plain)
    await prisma.accountFeed.update({
      where: { watchId },
      data: { token: sealing.seal(placeOf(watchId), token) },
    });
  return plain.length;
}
