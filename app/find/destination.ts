/** From what was typed to the page that answers it, or a sentence on why there is none. */
import type { Dependencies } from '../dependencies.ts';
import { listLogs } from '../logs/store.ts';
import { pathOfHash } from './hash.ts';
import { identityPath, identityText, prefixPath, readQuestion, whyNobody } from './question.ts';

export type Destination =
  { readonly path: string; readonly problem?: never } | { readonly path?: never; readonly problem: string };

export async function destination(
  deps: Pick<Dependencies, 'prisma' | 'sql'>,
  typed: string,
): Promise<Destination> {
  const question = readQuestion(typed);
  switch (question?.kind) {
    case 'identity':
      return { path: identityPath(identityText(question.identity)) };
    case 'prefix':
      return { path: prefixPath(question.prefix) };
    case 'digest':
      return { path: (await pathOfHash(deps, question.hex)) ?? `/d/${question.hex}` };
    case 'leaf': {
      const path = await pathOfHash(deps, question.hex);
      return path === undefined ? { problem: 'No log we follow has an entry of that number.' } : { path };
    }
    case 'entry':
      return entryDestination(deps, question.log, question.index);
    case undefined:
      return {
        problem:
          typed.trim() === ''
            ? 'Type what to look for.'
            : (whyNobody(typed) ??
              'That is not an address, repository, owner, workflow, fingerprint or entry number we can look for.'),
      };
  }
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
  return named === undefined
    ? { problem: 'We do not follow a log of that name.' }
    : { path: `/e/${encodeURIComponent(named.id)}/${index}` };
}
