/** What the exports and feeds of an identity are made of: the page's own search, under the page's own narrowing. */
import type { Identity } from '#lib/identity/normalise.ts';
import { readCaller, teamIds } from '../../account/caller.ts';
import { readsAsOwner, unlistedAmong, unlistedWords } from '../../account/ownership/unlisting.ts';
import { problem } from '../../api/problem.ts';
import { dependencies, type Dependencies } from '../../dependencies.ts';
import type { Feed, FeedItem } from '../../feeds/feed.ts';
import { whyNobody } from '../../find/not-understood.ts';
import { identityPath, identityText, readIdentity } from '../../find/question.ts';
import { listLogs, type FollowedLog } from '../../logs/store.ts';
import { inOneSnapshot } from '../../snapshot.ts';
import { readCursor, writeCursor } from '../../signings/cursor.ts';
import { isNarrowed, narrowingQuery, readNarrowing, type Narrowing } from '../../signings/facets.ts';
import { digestName, sourceOf, type Signing } from '../../signings/signing.ts';
import { findSpellings } from '../../signings/spellings.ts';
import { findSignings, type Found } from '../../signings/store.ts';

export interface Exported {
  readonly deps: Dependencies;
  readonly identity: Identity;
  /** How it is mostly spelt. */
  readonly exact: string;
  readonly narrowing: Narrowing;
  readonly found: Found;
  /** As they stood when that was found. */
  readonly logs: readonly FollowedLog[];
}

export interface Asked {
  readonly params: Promise<{ identity: string }>;
}

const dayMs = 86_400_000;

/** The search of a narrowing; shared with the page. */
export function searchOf({ days, since, ...places }: Narrowing, now: Date) {
  const begins = days === undefined ? undefined : new Date(now.getTime() - days * dayMs);
  return { ...places, since: since === undefined ? begins : new Date(since) };
}

export async function readExported(
  request: Request,
  { params }: Asked,
  limit: number,
): Promise<Exported | Response> {
  const text = decodeURIComponent((await params).identity);
  const identity = readIdentity(text);
  if (identity === undefined) return problem(404, whyNobody(text) ?? 'That names nobody.');
  const query = new URL(request.url).searchParams;
  const after = query.has('after') ? readCursor(query.get('after') ?? '') : undefined;
  if (query.has('after') && after === undefined) return problem(400, 'after: not a cursor of ours');
  const narrowing = readNarrowing(Object.fromEntries(query));
  const deps = dependencies();
  // An empty file would say that there are none.
  const unlisted = (await unlistedAmong(deps, [identity.value])).size > 0;
  const asOwner = unlisted && (await isOwner(deps, request, identity.value));
  if (unlisted && !asOwner) return problem(403, unlistedWords);
  const search = { ...searchOf(narrowing, deps.now()), identity: identity.value, asOwner, after, limit };
  const [found, spellings, logs] = await inOneSnapshot(deps, (reads) =>
    Promise.all([findSignings(reads, search), findSpellings(reads, [identity.value]), listLogs(reads)]),
  );
  return { deps, identity, exact: spellings.usual(identity.value), narrowing, found, logs };
}

/** Who proved that the address is theirs downloads what the page shows them. */
async function isOwner(deps: Dependencies, request: Request, value: string): Promise<boolean> {
  const caller = await readCaller(deps, request.headers, 'page');
  return caller !== undefined && readsAsOwner(deps, teamIds(caller), value);
}

/** An address of a person is no business of search engines. The next file, if one is not enough, is in Link. */
export function exportHeaders({ identity, narrowing, found }: Exported, type: string, file: string): Headers {
  const headers = new Headers({ 'content-type': type, 'cache-control': 'no-cache' });
  if (identity.kind !== 'repository') headers.set('x-robots-tag', 'noindex, nofollow');
  if (file.startsWith('signings')) headers.set('content-disposition', `attachment; filename="${file}"`);
  if (found.next !== undefined) {
    const next = narrowingQuery(narrowing, { after: writeCursor(found.next) });
    headers.set('link', `<${identityPath(identityText(identity))}/${file}${next}>; rel="next"`);
  }
  return headers;
}

export function feedOf({ deps, identity, exact, narrowing, found }: Exported, file: string): Feed {
  const page = deps.config.web.url + identityPath(identityText(identity));
  return {
    title: `Signatures by ${exact}${isNarrowed(narrowing) ? ', narrowed' : ''}`,
    pageUrl: page + narrowingQuery(narrowing),
    feedUrl: `${page}/${file}${narrowingQuery(narrowing)}`,
    since: new Date(0),
    items: found.signings.map((signing) => feedItem(signing, identity.value, deps.config.web.url)),
  };
}

function feedItem(signing: Signing, name: string, webUrl: string): FeedItem {
  const { log, index, digest, seenAt } = signing;
  const source = sourceOf(signing);
  const spelledAs = signing.identities.find(({ value }) => value === name)?.exact;
  return {
    url: `${webUrl}/e/${encodeURIComponent(log)}/${index}`,
    title: `Signature ${source.kind === 'repository' ? 'from' : 'with'} ${source.name}`,
    text: [
      `${log} entry ${index}`,
      spelledAs === undefined ? '' : `as ${spelledAs}`,
      digest === null ? '' : `${digestName(digest.algorithm)} ${digest.value}`,
      `first seen ${new Date(seenAt).toISOString()}`,
    ]
      .filter((part) => part !== '')
      .join(', '),
    at: new Date(seenAt),
  };
}
