/** Searches what the monitor verified. The statements are prisma/sql/find-signings-by-*.sql. */
import { z } from 'zod';
import { fromHex } from '#lib/encoding/bytes.ts';
import type { Dependencies } from '../dependencies.ts';
import { unlistedAmong } from '../account/ownership/unlisting.ts';
import { findBuilds } from './builds.ts';
import type { Cursor } from './cursor.ts';
import { signing, type Signing } from './signing.ts';

/**
 * What an entry is worth as a statement about a person (lib/rules/facts.ts says what each trust means). A forgery attempt
 * names someone in a certificate that no authority we trust has issued; anyone can write one.
 */
const standings = {
  signature: 'trusted,unknown,none',
  forgery: 'untrusted',
  unreadable: 'unparsable',
} as const;
export type Standing = keyof typeof standings;

export interface Search {
  /** At least one of the three is given. */
  readonly identity?: string | undefined;
  /** Hexadecimal. */
  readonly digest?: string | undefined;
  /** SHA-256 of a certificate, hexadecimal; without the other two. */
  readonly certificate?: string | undefined;
  readonly issuer?: string | undefined;
  readonly repository?: string | undefined;
  readonly since?: Date | undefined;
  /** By identity alone: the id of a log, before when it was seen, where it came from ('' for no repository). */
  readonly log?: string | undefined;
  readonly before?: Date | undefined;
  readonly source?: string | undefined;
  /** By identity alone too, and only among the newest (builds.ts). */
  readonly workflow?: string | undefined;
  readonly trigger?: string | undefined;
  readonly ref?: string | undefined;
  readonly after?: Cursor | undefined;
  readonly limit: number;
  /** Signatures, unless said otherwise. */
  readonly standing?: Standing;
  /** The asker proved to own `identity`, and so sees what is not listed for others. */
  readonly asOwner?: boolean;
}

export interface Found {
  readonly signings: readonly Signing[];
  /** All there are, not just those of this page. */
  readonly total: number;
  /** Where the next page begins; undefined on the last. */
  readonly next: Cursor | undefined;
  /** True when some are left out because an owner of an address wants it so. */
  readonly unlisted: boolean;
}

const nothingListed: Found = { signings: [], total: 0, next: undefined, unlisted: true };

const answer = z.tuple([z.object({ total: z.coerce.number(), rows: z.array(signing) })]);

type Reads = Pick<Dependencies, 'sql' | 'statement'>;

/** What owners asked us not to list is left out here, for pages, exports and the API alike. */
export async function findSignings(deps: Reads, search: Search): Promise<Found> {
  const { identity, asOwner = false } = search;
  const [found, own] = await Promise.all([
    findAll(deps, search),
    unlistedAmong(deps, identity === undefined || asOwner ? [] : [identity]),
  ]);
  if (own.size > 0) return nothingListed;
  const names = found.signings.flatMap(({ identities }) => identities.map(({ value }) => value));
  const others = asOwner ? names.filter((name) => name !== identity) : names;
  const hidden = await unlistedAmong(deps, others);
  if (hidden.size === 0) return { ...found, unlisted: false };
  const isListed = ({ identities }: Signing) => !identities.some(({ value }) => hidden.has(value));
  return { ...found, signings: found.signings.filter(isListed), unlisted: true };
}

/** Planned once for a connection: a plan costs as much as an answer. */
const prepared = { prepare: true } as const;

/** What a build says of itself is looked for no further back than it is counted. */
async function sinceOf(deps: Reads, search: Search): Promise<string | null> {
  const { identity, since, workflow, trigger, ref } = search;
  const given = since?.toISOString() ?? null;
  if (identity === undefined || (workflow ?? trigger ?? ref) === undefined) return given;
  const { newest, isAll } = await findBuilds(deps, identity);
  const oldest = isAll ? undefined : newest.at(-1)?.seenAt.toISOString();
  return oldest === undefined || (given !== null && given > oldest) ? given : oldest;
}

async function findAll(deps: Reads, search: Search): Promise<Omit<Found, 'unlisted'>> {
  const { sql, statement } = deps;
  const [digest, certificate] = [bytesOf(search.digest), bytesOf(search.certificate)];
  const common = [
    standings[search.standing ?? 'signature'],
    search.issuer ?? null,
    // A repository looked for as such needs not be asked for in its own entries.
    search.repository === search.identity ? null : (search.repository ?? null),
  ];
  const since = await sinceOf(deps, search);
  const page = [
    search.after?.seenAt ?? null,
    search.after?.log ?? null,
    search.after?.index ?? null,
    search.limit + 1,
  ];
  const rows =
    search.identity === undefined
      ? await sql.unsafe(
          statement('find-signings-by-digest'),
          [digest, ...common, since, ...page, certificate],
          prepared,
        )
      : await sql.unsafe(
          statement('find-signings-by-identity'),
          [
            search.identity,
            ...common,
            digest,
            since,
            ...page,
            search.log ?? null,
            search.before?.toISOString() ?? null,
            search.source ?? null,
            search.workflow ?? null,
            search.trigger ?? null,
            search.ref ?? null,
          ],
          prepared,
        );
  const [{ total, rows: read }] = answer.parse(rows.map((row) => ({ ...row })));
  const signings = read.slice(0, search.limit);
  return { total, signings, next: read.length > search.limit ? signings.at(-1) : undefined };
}

function bytesOf(hex: string | undefined): Buffer | null {
  return hex === undefined ? null : Buffer.from(fromHex(hex) ?? []);
}

/** False on an instance where nothing has happened yet. */
export async function hasSignings({ sql }: Pick<Dependencies, 'sql'>): Promise<boolean> {
  return (await sql`SELECT 1 FROM monitor_entry LIMIT 1`).length > 0;
}

export interface UnusedCertificates {
  readonly total: number;
  /** Only the newest were looked at. */
  readonly bounded: boolean;
}

const unused = z.tuple([z.object({ total: z.coerce.number(), bounded: z.boolean() })]);
export const newestLookedAt = 500;

/** Certificates issued for an identity with which nothing was signed in a log we follow. */
export async function countUnusedCertificates(
  { sql, statement }: Reads,
  identity: string,
): Promise<UnusedCertificates> {
  const rows = await sql.unsafe(statement('count-unused-certificates'), [identity, newestLookedAt], prepared);
  return unused.parse(rows.map((row) => ({ ...row })))[0];
}
