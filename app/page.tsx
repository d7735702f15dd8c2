import { connection } from 'next/server';
import { sha256 } from '#crypto/sha256.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { openSql, openPrisma } from '#lib/server/database.ts';
import { readConfig } from '#lib/server/config.ts';
import { queueMail } from '#lib/server/mail/outbox.ts';

export default async function Home() {
  await connection();
  const config = readConfig(process.env);
  return <main>Hello {toHex(sha256(utf8('a')))} {config.web.url} {String(openSql).length} {String(queueMail).length} {String(openPrisma).length}</main>;
}
