/**
 * What pages and routes work with, made once by app/open.ts. Next.js bundles pages apart from open.ts, so the two meet at
 * a global symbol; this file and open.ts are the only ones that know it. A class of one is not the class of the other: what
 * is passed are functions and plain values.
 */
import type { Config } from '#lib/server/config.ts';
import type { PrismaClient, Sql } from '#lib/server/database.ts';
import type { Freezes } from '#lib/server/freezes.ts';
import type { Logger } from '#lib/server/logger.ts';
import type { Letter } from '#lib/server/mail/letter.tsx';
import type { Sealing } from '#lib/server/sealing.ts';
import type { EntryClaim, EntryProof } from '#lib/verify/entry-proof.ts';
import type { KnownLog } from '#lib/verify/proof-source.ts';
import type { CiIssuers } from './account/ownership/ci-token.ts';
import type { OwnershipWorld } from './account/ownership/check.ts';
import type { Passkeys } from './account/login/passkeys.ts';
import type { Logins } from './account/login/providers.ts';
import type { LoggedEntry } from './e/store.ts';
import type { RefusalPage } from './refusal.tsx';
import type { Status } from './status/schemas.ts';
import type { ShownVerification } from './verify/shown-verification.ts';
import type { VerifyRequest } from './verify/schemas.ts';
import type { VerifyOutcome } from './verify/engine.ts';

export interface Dependencies {
  readonly config: Config;
  readonly logger: Logger;
  readonly now: () => Date;
  /** Hot reads and everything that must be one transaction. */
  readonly sql: Sql;
  readonly prisma: PrismaClient;
  /** The text of prisma/sql/NAME.sql. */
  readonly statement: (name: string) => string;
  /** Asks the log anew. One polite reader for each log, however many people ask. */
  readonly proveEntry: (log: KnownLog & { readonly url: string }, claim: EntryClaim) => Promise<EntryProof>;
  /** Entries with their proofs as a ZIP archive that is checked offline. */
  readonly evidenceArchive: (about: string, entries: readonly LoggedEntry[]) => Promise<Uint8Array>;
  /** Where a client begins to trust this instance, as the authority serves it now. */
  readonly firstRoot: () => Promise<Uint8Array | undefined>;
  /** How each part of this instance is; found out at most every few seconds. */
  readonly readStatus: () => Promise<Status>;
  readonly verify: (request: VerifyRequest) => Promise<VerifyOutcome>;
  /** trusted_root.json of the public instance of Sigstore; undefined while it cannot be had. */
  readonly publicTrust: () => Promise<string | undefined>;
  /** What became of the form that this very request brought; the id is a header that only serve.ts can set. */
  readonly shownVerification: (id: string | null) => ShownVerification | undefined;
  /** What proofs of ownership look at. */
  readonly ownershipWorld: OwnershipWorld;
  readonly ciIssuers: CiIssuers;
  /** Where people may sign in besides by a mailed code. */
  readonly logins: Logins;
  readonly passkeys: Passkeys;
  /** A page that needs nothing but its own bytes, for a press that is refused. */
  readonly refusalPage: RefusalPage;
  /** Asks our authority to stop and go on issuing. */
  readonly freezes: Freezes;
  /** Seals what only web and workers may read. */
  readonly sealing: Sealing;
  readonly renderLetter: (letter: Letter) => Promise<{ text: string; html: string }>;
}

const place = Symbol.for('sigwatch.web.dependencies');

export function provideDependencies(dependencies: Dependencies): void {
  Reflect.set(globalThis, place, dependencies);
}

export function dependencies(): Dependencies {
  const provided: unknown = Reflect.get(globalThis, place);
  if (provided === undefined) throw new Error('pages are served by app/open.ts alone');
  return provided as Dependencies;
}
