/** Confirmed watches by the hundred thousand, most of them for names that never sign, some for such as do. */
import type { Sql } from '#lib/server/database.ts';
import { emailOf, people, repositories, repositoryOf } from './population.ts';

/** One watch in a thousand is for somebody who signs, seldom enough that mail does not become the measurement. */
export async function seedWatches(sql: Sql, count: number): Promise<void> {
  const kinds: string[] = [];
  const values: string[] = [];
  for (let at = 0; at < count; at++) {
    const signs = at % 1000 === 0;
    const isEmail = at % 2 === 0;
    kinds.push(isEmail ? 'email' : 'repository');
    if (isEmail) values.push(signs ? emailOf(people - 1 - (at % people)) : `reader${at}@quiet.example.org`);
    else
      values.push(signs ? `github.com/${repositoryOf(repositories - 1 - at)}` : `github.com/quiet${at}/repo`);
  }
  await sql`ALTER TABLE account_watch DISABLE TRIGGER USER`;
  await sql`
    INSERT INTO account_watch (id, kind, shown, value, email, mailbox, state, token_hash, stop_token, expires_at, confirmed_at)
    SELECT gen_random_uuid(), kind, value, value, 'reader@example.org', 'reader@example.org', 'confirmed',
           sha256(('t' || at)::bytea), 'stop-' || at, now(), now()
    FROM unnest(${kinds}::text[], ${values}::text[]) WITH ORDINALITY AS watch (kind, value, at)`;
  await sql`ALTER TABLE account_watch ENABLE TRIGGER USER`;
  await sql`UPDATE match_watch_version SET version = version + 1`;
}
