import type { z } from 'zod';
import { readFileDigest } from '#lib/identity/file-digest.ts';
import { dependencies } from '../../../dependencies.ts';
import { completeUpTo, listLogs } from '../../../logs/store.ts';
import { findClaims } from '../../../signings/claims.ts';
import { writeCursor } from '../../../signings/cursor.ts';
import { findSignings } from '../../../signings/store.ts';
import { inOneSnapshot } from '../../../snapshot.ts';
import { problem, publicJson, readQuery } from '../../problem.ts';
import { reasonOf } from '../../reason.ts';
import { cursorField, identityField, signingsQuery, type signingsAnswer } from '../schemas.ts';
import { signingJson } from '../signing-json.ts';

export async function GET(request: Request): Promise<Response> {
  const query = readQuery(request, signingsQuery);
  if ('problem' in query) return query.problem;
  const { digest, certificate, issuer, since, cursor, limit, source, log, standing } = query.value;
  const identity = identityField.optional().safeParse(query.value.identity);
  const repository = identityField.optional().safeParse(query.value.repository);
  const after = cursorField.optional().safeParse(cursor);
  for (const [name, part] of Object.entries({ identity, repository, cursor: after }))
    if (!part.success) return problem(400, `${name}: ${reasonOf(part.error)}`);
  const deps = dependencies();
  const search = {
    // A repository is an identity too: alone, it is what is looked for.
    identity:
      identity.data?.value ?? ((digest ?? certificate) === undefined ? repository.data?.value : undefined),
    repository: repository.data?.value,
    digest: digest && readFileDigest(digest),
    certificate: certificate?.toLowerCase(),
    issuer,
    source,
    log,
    since: since === undefined ? undefined : new Date(since),
  };
  const [found, forgeries, claims, logs] = await inOneSnapshot(deps, (reads) =>
    Promise.all([
      findSignings(reads, { ...search, after: after.data, limit, standing }),
      findSignings(reads, { ...search, limit: 1, standing: 'forgery' }),
      findClaims(reads, identity.data),
      listLogs(reads),
    ]),
  );
  const answer: z.infer<typeof signingsAnswer> = {
    signings: found.signings.map((signing) => signingJson(signing, deps.config.web.url)),
    total: found.total,
    forgeries: forgeries.total,
    pgpUserIds: claims ?? null,
    unlisted: found.unlisted,
    completeUpTo: completeUpTo(logs),
    next: found.next === undefined ? null : writeCursor(found.next),
  };
  return publicJson(answer);
}
