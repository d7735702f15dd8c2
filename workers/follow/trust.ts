/**
 * Which keys and authorities are believed: the trust root, read over HTTP from whoever serves it, kept in the database so
 * that a restart does not depend on it, and read again every so often. One that does not read changes nothing.
 */
import { parseStrictJson } from '#lib/encoding/strict-json.ts';
import { fromUtf8 } from '#lib/encoding/bytes.ts';
import type { Sql } from '#lib/server/database.ts';
import type { FetchBytes } from '#lib/source/log-source.ts';
import { readTrustedRoot, type TrustedRoot } from '#lib/trust/trusted-root.ts';

const maxBytes = 1024 * 1024;

/** Throws SourceError or TrustedRootError. */
export async function fetchTrustedRoot(sql: Sql, fetch: FetchBytes): Promise<TrustedRoot> {
  const json = fromUtf8(await fetch('trusted_root.json', maxBytes));
  const root = readTrustedRoot(parseStrictJson(json));
  await sql`
    INSERT INTO monitor_trusted_root (json, read_at) VALUES (${json}, now())
    ON CONFLICT (id) DO UPDATE SET json = excluded.json, read_at = excluded.read_at`;
  return root;
}

/** The trust root as it was last read, if it ever was. */
export async function rememberedTrustedRoot(sql: Sql): Promise<TrustedRoot | undefined> {
  const [row] = await sql<{ json: string }[]>`SELECT json FROM monitor_trusted_root`;
  return row === undefined ? undefined : readTrustedRoot(parseStrictJson(row.json));
}
