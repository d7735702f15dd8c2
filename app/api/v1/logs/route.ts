import type { z } from 'zod';
import { toBase64 } from '#lib/encoding/base64.ts';
import { dependencies } from '../../../dependencies.ts';
import { listBlind, listSightings } from '../../../logs/blind-store.ts';
import { progressOf } from '../../../logs/progress.ts';
import { listIncidents, listLogs, type FollowedLog } from '../../../logs/store.ts';
import { exact } from '../../exact-number.ts';
import { publicJson } from '../../problem.ts';
import type { logAnswer, logsAnswer } from '../schemas.ts';

export async function GET(): Promise<Response> {
  const deps = dependencies();
  const since = new Date(deps.now().getTime() - 90 * 86_400_000);
  const [logs, blind, incidents, sightings] = await Promise.all([
    listLogs(deps),
    listBlind(deps, since),
    listIncidents(deps, 100),
    listSightings(deps),
  ]);
  return publicJson({
    logs: logs.map(logJson),
    incidents: incidents.map(
      ({ id, logId, kind, detail, before, after, openedAt, resolvedAt, hasEvidence }) => ({
        id,
        log: logId,
        kind,
        detail,
        before,
        after,
        openedAt: openedAt.toISOString(),
        resolvedAt: resolvedAt?.toISOString() ?? null,
        evidence: hasEvidence ? `/api/v1/incidents/${id}/evidence` : null,
      }),
    ),
    blind: blind.map(({ logId, fromAt, untilAt, reason }) => ({
      log: logId,
      from: fromAt.toISOString(),
      until: untilAt.toISOString(),
      reason,
    })),
    sightings: sightings.map(({ logId, seenBy, size, verdict, at }) => ({
      log: logId,
      seenBy,
      size: exact(size),
      verdict,
      at: at.toISOString(),
    })),
  } satisfies z.infer<typeof logsAnswer>);
}

function logJson(log: FollowedLog): z.infer<typeof logAnswer> {
  const { id, kind, name, url, origin, state, stateReason } = log;
  return {
    id,
    kind,
    name,
    url,
    origin,
    state,
    stateReason,
    publicKey: toBase64(log.publicKey),
    verifiedSize: Number(log.verifiedSize),
    statedSize: exact(log.statedSize),
    startSize: Number(log.startSize),
    toReread: Number(log.toReread),
    secondsLeft: progressOf(log)?.secondsLeft ?? null,
    verifiedRoot: log.verifiedRoot === null ? null : toBase64(log.verifiedRoot),
    checkpoint: log.verifiedCheckpoint,
    checkpointAt: log.checkpointAt?.toISOString() ?? null,
    askedAt: log.polledAt?.toISOString() ?? null,
    verifiedAt: log.verifiedAt?.toISOString() ?? null,
    consistentSince: log.consistentSince?.toISOString() ?? null,
    unparsable: Number(log.unparsable),
  };
}
