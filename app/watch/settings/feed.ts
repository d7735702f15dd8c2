/** The secret address of a watch's feed: it shows what was not expected, and can do nothing. */
import { randomBytes } from 'node:crypto';
import { toBase64Url } from '#lib/encoding/base64.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { OwnWatch } from './asked.ts';

type Uses = Pick<Dependencies, 'prisma' | 'config'>;

export async function feedAddress({ prisma, config }: Uses, { id }: OwnWatch): Promise<string | undefined> {
  const feed = await prisma.accountFeed.findUnique({ where: { watchId: id } });
  return feed === null ? undefined : `${config.web.url}/watch/feed?token=${feed.token}`;
}

/** Whoever knew the address before knows nothing any more. */
export async function renewFeed({ prisma }: Pick<Uses, 'prisma'>, { id: watchId }: OwnWatch): Promise<void> {
  const token = toBase64Url(randomBytes(32));
  await prisma.accountFeed.upsert({ where: { watchId }, create: { watchId, token }, update: { token } });
}
