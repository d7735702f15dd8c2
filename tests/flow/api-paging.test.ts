/** Lists of a team are read page by page: each row once and none left out, while new ones arrive between the pages. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { makeApiKey } from '#app/account/api-key.ts';
import { userOfAddress } from '#app/account/user.ts';
import { GET as deliveries } from '#app/api/v1/watches/[id]/channels/[channel]/deliveries/route.ts';
import { GET as watches } from '#app/api/v1/watches/route.ts';
import { provideDependencies } from '#app/dependencies.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { confirmedWatch } from '#tests/harness/monitor.ts';
import { webParts } from '#tests/harness/web-parts.ts';

const database = await freshDatabase();
const { sql } = database;
const deps = webParts(database);
provideDependencies(deps);

const userId = await sql.begin((transaction) => userOfAddress(transaction, 'a@example.com'));
const [team] = await sql<{ id: string }[]>`SELECT id FROM account_team WHERE personal_of = ${userId}`;
const teamId = team?.id ?? '';
const key = await makeApiKey(
  deps,
  { teamId, userId, name: 'k', scopes: ['watches:read'], days: 1 },
  { kind: 'user', id: userId },
);

async function watch(value: string): Promise<string> {
  const id = await confirmedWatch(database, value, 'a@example.com');
  await sql`UPDATE account_watch SET team_id = ${teamId} WHERE id = ${id}`;
  return id;
}

type Read = (query: string) => Promise<Response>;
const headers = { authorization: `Bearer ${key}` };
const asked = (query: string) => new Request(`http://localhost:3000/x?${query}`, { headers });

/** Ids of all pages; `arrives` happens between them. */
async function pages(read: Read, list: string, arrives: () => Promise<unknown>): Promise<string[]> {
  const ids: string[] = [];
  let cursor = '';
  for (;;) {
    const answer = await read(`limit=20${cursor}`);
    expect(answer.status).toBe(200);
    const body = (await answer.json()) as { next: string | null } & Record<string, { id: string }[]>;
    ids.push(...(body[list] ?? []).map(({ id }) => id));
    if (body.next === null) return ids;
    cursor = `&cursor=${encodeURIComponent(body.next)}`;
    await arrives();
  }
}

it('watches, of which many have one name', async () => {
  const before = await Promise.all(
    Array.from({ length: 65 }, (_, at) => watch(`${'abc'.charAt(at % 3)}@names.example`)),
  );
  const read: Read = (query) => watches(asked(query));
  const seen = await pages(read, 'watches', () => watch('b@names.example'));
  expect(new Set(seen).size).toBe(seen.length);
  expect(before.filter((id) => !seen.includes(id))).toEqual([]);
});

it('deliveries, of which many were made in one moment', async () => {
  const [id, channel] = [await watch('d@names.example'), randomUUID()];
  await sql`
    INSERT INTO account_channel (id, watch_id, url, secret, private_key)
    VALUES (${channel}, ${id}, 'https://hooks.example/', 'x', 'x')`;
  const arrives = (count: number, moment: string) => sql<{ id: string }[]>`
    INSERT INTO alert_delivery (id, channel_id, kind, webhook_id, created_at)
    SELECT gen_random_uuid(), ${channel}, 'test', 'msg_' || n, ${moment} FROM generate_series(1, ${count}) n
    RETURNING id`;
  const before = [
    ...(await arrives(45, '2026-11-23T12:00:00.123Z')),
    ...(await arrives(20, '2026-11-23T11:00:00Z')),
  ].map((row) => row.id);
  const params = Promise.resolve({ id, channel });
  const read: Read = (query) => deliveries(asked(query), { params });
  const seen = await pages(read, 'deliveries', () => arrives(3, '2026-11-23T13:00:00Z'));
  expect(seen.toSorted()).toEqual(before.toSorted());
});

it.each(['limit=0', 'limit=1000', 'cursor=x', 'cursor=WyJhIl0', 'page=2', 'limit=1&limit=2'])(
  'refuses ?%s',
  async (query) => {
    expect((await watches(asked(query))).status).toBe(400);
  },
);
