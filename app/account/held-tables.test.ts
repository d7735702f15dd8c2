/**
 * Every table that may hold something of a person is in the file they can ask for and goes when they go, or stands here with
 * the reason. A table that is new fails until somebody has decided.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const tables = [
  ...read('prisma/schema.prisma').matchAll(/@@map\("((?:account|alert|mail|match|ca)_\w+)"\)/g),
].map(([, name = '']) => name);

/** Not in the file. */
const notExported: Readonly<Record<string, string>> = {
  account_audit_entry: 'digests of acts that are in the file, and where they stand in the log',
  account_limit: 'counts by a hash of a network, for a day',
  account_pace: 'counts by a hash of a network, for minutes',
  account_secret: 'a login under way, for minutes; its use to its owner is in their browser',
  alert_digest: 'weeks in which the digest was made',
  alert_intent_use: 'entries of a log under intents that are in the file',
  alert_trouble: 'states of machines',
  ca_freeze: 'of the authority: the freezes of the file, as it was told them',
  ca_freeze_event: 'of the authority: its record of them',
  ca_login_code: 'of the embedded issuer, another service: an address for a day',
  ca_oidc_record: 'of the embedded issuer, another service: a login until it is over',
  match_watch_change: 'numbers of watches that changed',
  match_watch_version: 'a counter',
};

/** Stays, or goes by itself. */
const notForgotten: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(notExported).filter(([name]) => name !== 'account_secret')),
  account_api_key: 'goes with the row of the person (ON DELETE CASCADE)',
  account_audit: 'acts of an id that is nobody’s from then on; the record cannot be rewritten',
  account_login: 'goes with the row of the person',
  account_ownership: 'goes with the row of their team',
  account_passkey: 'goes with the row of the person',
  account_session: 'goes with the row of the person',
  account_unlisting: 'goes with the row of their team',
  match_match: 'entries of public logs under the number of a watch that is gone',
};

const exporting = read('app/account/own-data.ts');
const forgetting = [
  'app/account/forget-person.ts',
  'app/account/team.ts',
  'prisma/sql/alert-forget-mailbox.sql',
  'prisma/sql/alert-forget-channels.sql',
]
  .map(read)
  .join('\n');
const isNamed = (text: string, table: string) => new RegExp(`\\b${table}\\b`).test(text);

it('knows the tables', () => expect(tables.length).toBeGreaterThan(40));

it.each(tables)('%s is given to whom it is about, or there is a reason why not', (table) => {
  expect([isNamed(exporting, table), table in notExported]).toEqual([
    !(table in notExported),
    table in notExported,
  ]);
});

it.each(tables)('%s forgets who goes, or there is a reason why not', (table) => {
  expect(isNamed(forgetting, table) || table in notForgotten).toBe(true);
});

it('excuses no table that is gone', () => {
  for (const table of Object.keys({ ...notExported, ...notForgotten })) expect(tables).toContain(table);
});
