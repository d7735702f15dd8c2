/** Everything that stands around a name, read as its page reads it. */
import type { z } from 'zod';
import type { Identity } from '#lib/identity/normalise.ts';
import { unlistedAmong } from '../account/ownership/unlisting.ts';
import type { Dependencies } from '../dependencies.ts';
import { completeUpTo, listLogs } from '../logs/store.ts';
import type { Rhythm } from '../rhythm/rhythm.ts';
import { findRhythm } from '../rhythm/store.ts';
import { inOneSnapshot } from '../snapshot.ts';
import { findClaims } from './claims.ts';
import { findLookAlikes, findPlaces } from './related.ts';
import type { identityAnswer, rhythmAnswer } from './schemas.ts';
import { findSpellings } from './spellings.ts';
import { countUnusedCertificates, findSignings } from './store.ts';

type Answer = z.infer<typeof identityAnswer>;

export function identityJson(deps: Dependencies, identity: Identity): Promise<Answer> {
  return inOneSnapshot(deps, (reads) => read(reads, identity));
}

async function read(deps: Dependencies, identity: Identity): Promise<Answer> {
  const { kind, value } = identity;
  const logs = completeUpTo(await listLogs(deps));
  if ((await unlistedAmong(deps, [value])).size > 0) return nothingListed({ kind, value }, logs);
  const [found, forgeries, unusedCertificates, claims, places, alike, rhythm, spellings] = await Promise.all([
    findSignings(deps, { identity: value, limit: 1 }),
    findSignings(deps, { identity: value, limit: 1, standing: 'forgery' }),
    countUnusedCertificates(deps, value),
    findClaims(deps, identity),
    findPlaces(deps, value),
    findLookAlikes(deps, identity),
    findRhythm(deps, value),
    findSpellings(deps, [value]),
  ]);
  return {
    identity: { kind, value },
    spellings: spellings.of(value).map((one) => ({ ...one })),
    unlisted: false,
    signatures: found.total,
    forgeries: forgeries.total,
    unusedCertificates,
    pgpUserIds: claims ?? null,
    places,
    lookAlikes: alike.map(({ latest, ...one }) => ({ ...one, lastSeenAt: latest.toISOString() })),
    rhythm: rhythmJson(rhythm),
    completeUpTo: logs,
  };
}

function nothingListed(identity: Answer['identity'], logs: Answer['completeUpTo']): Answer {
  return {
    identity,
    spellings: [],
    unlisted: true,
    signatures: 0,
    forgeries: 0,
    unusedCertificates: { total: 0, bounded: false },
    pgpUserIds: null,
    places: [],
    lookAlikes: [],
    rhythm: null,
    completeUpTo: logs,
  };
}

function rhythmJson({ firstDay, activeDays, habit, marks }: Rhythm): z.infer<typeof rhythmAnswer> {
  return {
    firstDay: firstDay.toISOString(),
    activeDays,
    habit: habit.kind,
    usualHours: habit.kind === 'hours' ? [...habit.hours] : null,
    marks: marks.map(({ day, hour, signatures, entry, firsts, outsideHours }) => ({
      hour: new Date(firstDay.getTime() + (day * 24 + hour) * 3_600_000).toISOString(),
      signatures,
      entry: { log: entry.log, index: entry.index },
      firstFrom: firsts.flatMap(({ kind, name }) => (kind === 'source' ? [name] : [])),
      firstBy: firsts.flatMap(({ kind, name }) => (kind === 'source' ? [] : [{ kind, name }])),
      outsideHours,
    })),
  };
}
