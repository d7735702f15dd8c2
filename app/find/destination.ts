/** From what was typed to the page that answers it, or a sentence on why there is none. */
import type { Dependencies } from '../dependencies.ts';
import { listLogs } from '../logs/store.ts';
import { pathOfHash } from './hash.ts';
import { whyNotUnderstood } from './not-understood.ts';
import { identityPath, identityText, prefixPath, readQuestion, readUserId } from './question.ts';
import { repositoryOfEntry } from './repository-text.ts';

export type Destination =
  { readonly path: string; readonly problem?: never } | { readonly path?: never; readonly problem: string };

export async function destination(
  deps: Pick<Dependencies, 'prisma' | 'sql'>,
  typed: string,
): Promise<Destination> {
  const question = readQuestion(typed);
  switch (question?.kind) {
    case 'identity':
      return { path: identityPath((await knownUserId(deps, typed)) ?? identityText(question.identity)) };
    case 'prefix':
      return { path: prefixPath(question.prefix) };
    case 'digest':
      return { path: (await pathOfHash(deps, question.hex)) ?? `/d/${question.hex}` };
    case 'leaf': {
      const path = await pathOfHash(deps, question.hex);
      return path === undefined ? { problem: 'No log we follow has an entry of that UUID.' } : { path };
    }
    case 'certificate': {
      const path = await pathOfHash(deps, question.hex);
      return path === undefined ? { problem: noSuchCertificate(question.hex) } : { path };
    }
    case 'entry':
      return entryDestination(deps, question.log, question.index);
    case undefined:
      return { problem: whyNotUnderstood(typed) };
  }
}

/** `Jane Doe <jane@example.com>` is the address, unless a key calls itself so: the page of that leads to the address. */
async function knownUserId({ sql }: Pick<Dependencies, 'sql'>, typed: string): Promise<string | undefined> {
  const userId = readUserId(typed.trim());
  if (userId === undefined) return undefined;
  const [known] = await sql`
    SELECT 1 FROM monitor_name
    WHERE id BETWEEN monitor_name_low(${userId.value}) AND monitor_name_high(${userId.value}) AND value = ${userId.value}
    LIMIT 1`;
  return known === undefined ? undefined : userId.value;
}

function noSuchCertificate(hex: string): string {
  return `No log we follow has an entry with that certificate (its SHA-256 is ${hex}). Look up the name in it to see what else was signed.`;
}

/** An entry number alone means the first log of signatures, as in our mails. */
async function entryDestination(
  deps: Pick<Dependencies, 'prisma' | 'sql'>,
  log: string | undefined,
  index: string,
): Promise<Destination> {
  const logs = await listLogs(deps);
  const named =
    log === undefined ? logs.find(({ kind }) => kind !== 'ct') : logs.find(({ id }) => id === log);
  const repository = named === undefined && log !== undefined ? repositoryOfEntry(log, index) : undefined;
  if (repository !== undefined) return { path: identityPath(identityText(repository)) };
  return named === undefined
    ? { problem: 'We do not follow a log of that name.' }
    : { path: `/e/${encodeURIComponent(named.id)}/${index}` };
}
