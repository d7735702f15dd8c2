/** A feed shows what was not expected to whoever holds its address, until a new one is made. */
import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { provideDependencies, type Dependencies } from '#app/dependencies.ts';
import { GET } from '#app/watch/feed/route.ts';
import type { OwnWatch } from '#app/watch/settings/asked.ts';
import { feedAddress, renewFeed, sealPlainFeeds } from '#app/watch/settings/feed.ts';
import { freshDatabase, type TestDatabase } from '#tests/harness/database.ts';
import { confirmedWatch } from '#tests/harness/monitor.ts';
import { neverBefore, signatureFacts } from '#tests/harness/signature-facts.ts';
import { webParts } from '#tests/harness/web-parts.ts';

let database: TestDatabase;
let deps: Dependencies;
let watch: OwnWatch;

beforeEach(async () => {
  database = await freshDatabase();
  deps = webParts(database);
  provideDependencies(deps);
  const id = await confirmedWatch(database, 'dev@example.com', 'a@example.com');
  watch = {
    id,
    kind: 'email',
    value: 'dev@example.com',
    email: 'a@example.com',
    query: '',
    teamId: null,
    who: { by: 'a', actor: { kind: 'mail' } },
    byLink: false,
  };
  await alert(1, 'unexpected', '<b>&\u202E evil');
  await alert(2, 'expected', 'routine');
  await renew();
});

async function alert(index: number, verdict: string, identity: string): Promise<void> {
  const facts = signatureFacts({
    identity,
    logName: 'l',
    index: String(index),
    issuer: null,
    ...neverBefore,
  });
  await database.sql`
    INSERT INTO alert_alert (id, watch_id, log_id, entry_index, verdict, reasons, facts, token_hash)
    VALUES (${randomUUID()}, ${watch.id}, 'rekor2-0', ${index}, ${verdict}, '[{"rule":"r","words":"why"}]',
      ${database.sql.json(facts)}, ${Buffer.alloc(32)})`;
}

const renew = () => database.sql.begin((transaction) => renewFeed(transaction, deps, watch));
const read = async (address = '', format = '') => GET(new Request(address + format));

it('shows the unexpected alone, a stranger’s words as text', async () => {
  const address = await feedAddress(deps, watch);
  const atom = await (await read(address)).text();
  expect(atom.match(/<entry>/g)).toHaveLength(1);
  expect(atom).toContain('&lt;b&gt;&amp;');
  expect(atom).not.toMatch(/<b>|\u202E|routine/);
  const json = (await (await read(address, '&format=json')).json()) as { items: { url: string }[] };
  expect(json.items.map(({ url }) => url)).toEqual(['http://watch.example/e/rekor2-0/1']);
});

it('amends the item of an event that goes on, and makes no second one', async () => {
  await database.sql`UPDATE alert_alert SET created_at = created_at - interval '5 minutes'`;
  await alert(3, 'unexpected', 'evil again');
  await database.sql`
    UPDATE alert_alert SET event_id = (SELECT event_id FROM alert_alert WHERE watch_id = ${watch.id} AND entry_index = 1)
    WHERE watch_id = ${watch.id} AND entry_index = 3`;
  const address = await feedAddress(deps, watch);
  const { items } = (await (await read(address, '&format=json')).json()) as { items: Item[] };
  expect(items).toHaveLength(1);
  expect(items[0]?.title).toContain('(2 signatures)');
  const [published, modified] = [items[0]?.date_published, items[0]?.date_modified].map((at = '') =>
    Date.parse(at),
  );
  expect(modified).toBeGreaterThan((published ?? 0) + 4 * 60_000);
  expect(await (await read(address)).text()).toContain(`<updated>${items[0]?.date_modified}</updated><link`);
});

interface Item {
  readonly title: string;
  readonly date_published: string;
  readonly date_modified: string;
}

it('ends with a new address, and with the watch', async () => {
  const before = await feedAddress(deps, watch);
  await renew();
  expect((await read(before)).status).toBe(404);
  const after = await feedAddress(deps, watch);
  expect((await read(after)).status).toBe(200);
  await database.sql`UPDATE account_watch SET state = 'stopped'`;
  expect((await read(after)).status).toBe(404);
});

it('keeps no address that the database could be read for, and seals what was plain', async () => {
  const address = (await feedAddress(deps, watch)) ?? '';
  const token = new URL(address).searchParams.get('token') ?? '';
  const stored = async () => JSON.stringify(await database.sql`SELECT * FROM account_feed`);
  expect(await stored()).not.toContain(token);
  await database.sql`UPDATE account_feed SET token = ${token}`;
  expect(await sealPlainFeeds(deps)).toBe(1);
  expect(await sealPlainFeeds(deps)).toBe(0);
  expect(await stored()).not.toContain(token);
  expect(await feedAddress(deps, watch)).toBe(address);
  expect((await read(address)).status).toBe(200);
});
