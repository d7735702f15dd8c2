import type { z } from 'zod';
import type { Dependencies } from '../../dependencies.ts';
import { methodsOf } from './check.ts';
import { audienceOf } from './ci-token.ts';
import { proofFile, proofLine, repositoryPlace, txtName } from './places.ts';
import type { ownedAnswer, wholeOwnedAnswer } from './schemas.ts';
import type { Method, Ownership } from './store.ts';
import { isUnlistedBy } from './unlisting.ts';

export function ownedJson(ownership: Ownership): z.infer<typeof ownedAnswer> {
  const { id, kind, value, method, bound, provenAt } = ownership;
  return {
    id,
    kind,
    value,
    state: stateOf(ownership),
    method: method ?? null,
    bound: Object.fromEntries(Object.entries(bound).map(([name, number]) => [name, number ?? ''])),
    provenAt: provenAt?.toISOString() ?? null,
  };
}

function stateOf({ provenAt, contestedAt, failingSince }: Ownership): z.infer<typeof ownedAnswer>['state'] {
  if (provenAt === undefined) return 'asked';
  if (contestedAt !== undefined) return 'contested';
  return failingSince === undefined ? 'proven' : 'failing';
}

/** Done in a browser, or by a run. */
const elsewhere: readonly Method[] = ['ci-token', 'app-login'];

export async function wholeOwnedJson(
  deps: Pick<Dependencies, 'sql' | 'ownershipWorld'>,
  ownership: Ownership,
): Promise<z.infer<typeof wholeOwnedAnswer>> {
  return {
    ...ownedJson(ownership),
    line: proofLine(ownership.challenge),
    audience: methodsOf(ownership.kind).includes('ci-token') ? audienceOf(ownership.challenge) : null,
    ways: methodsOf(ownership.kind).map((method) => ({
      method,
      place: placeOfProof(method, ownership, deps) ?? null,
      here: !elsewhere.includes(method),
    })),
    findings: [...ownership.findings],
    checkedAt: ownership.checkedAt?.toISOString() ?? null,
    unlisted: await isUnlistedBy(deps, ownership),
  };
}

function placeOfProof(
  method: Method,
  ownership: Ownership,
  { ownershipWorld }: Pick<Dependencies, 'ownershipWorld'>,
): string | undefined {
  const { value } = ownership;
  switch (method) {
    case 'dns':
      return `TXT ${txtName(value)}`;
    case 'well-known':
      return `https://${value}/${proofFile}`;
    case 'meta':
      return `https://${value}/`;
    case 'file':
      return repositoryPlace(ownership, ownershipWorld.hosts).url;
    default:
      return undefined;
  }
}
