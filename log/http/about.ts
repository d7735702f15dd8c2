/** What this process says of itself: the logs it keeps (for whoever builds a trusted root), and whether they are well. */
import { algorithmOf } from '#lib/crypto/algorithms.ts';
import { readPublicKey } from '#lib/crypto/public-key.ts';
import { toBase64 } from '#lib/encoding/base64.ts';
import type { OpenLog } from '../open-log.ts';
import { json, type Answer } from './exchange.ts';
import type { LogMetrics } from './log-metrics.ts';
import type { Routes } from './routes.ts';

export interface ListedLog {
  readonly log: OpenLog;
  /** When it takes, or took, its last entry. */
  readonly end?: string | undefined;
}

/** For a person who came by the address in an entry. */
const frontPage =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Transparency logs</title><h1>Transparency logs</h1>' +
  '<p>Programs read and write here. What is kept: <a href="/log_list.json">logs and their keys</a>, ' +
  '<a href="/checkpoint">newest checkpoint</a>, <a href="/api/v1/log">Rekor v1</a>, ' +
  '<a href="/ct/v1/get-sth">certificates</a>.</html>\n';

/** `logs` is asked anew each time: shards come, and are frozen. */
export function aboutRoutes(routes: Routes, logs: () => readonly ListedLog[], metrics: LogMetrics): void {
  const list = (): string => JSON.stringify({ logs: logs().map(listed) });
  routes
    .get('/', () => ({
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: frontPage,
    }))
    .get('/log_list.json', () => json(200, list(), { 'cache-control': 'no-cache' }))
    .get('/healthz', () => health(logs().map(({ log }) => log)))
    .get('/metrics', () => ({
      status: 200,
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
      body: metrics.all.text(),
    }));
}

/** The entry that ARCHITECTURE.md promises to the certificate authority. */
function listed({ log: { plan, origin, logId, key, begun }, end }: ListedLog): object {
  const publicKey = readPublicKey(key.spki);
  // Ed25519 proper signs checkpoints; the registry knows it prehashed only, for entries.
  const keyDetails = publicKey.kind === 'ed25519' ? 'PKIX_ED25519' : algorithmOf(publicKey)?.keyDetails;
  return {
    name: plan.name,
    kind: plan.kind,
    baseUrl: plan.baseUrl,
    origin,
    logId: toBase64(logId),
    publicKey: toBase64(key.spki),
    keyDetails,
    // Whole seconds, rounded down: nothing that was logged lies before it.
    validFor: {
      start: wholeSeconds(begun),
      ...(end === undefined ? {} : { end: wholeSeconds(new Date(end)) }),
    },
  };
}

function wholeSeconds(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}

function health(logs: readonly OpenLog[]): Answer {
  const states = logs.map(({ plan, sequencer, scrub }) => ({
    name: plan.name,
    size: Number(sequencer.published.served.size),
    checkpointAgeMs: Date.now() - sequencer.published.served.at,
    problem: sequencer.problem ?? scrub?.problem,
  }));
  const trouble = states.find(({ problem }) => problem !== undefined);
  return trouble === undefined
    ? json(200, JSON.stringify({ status: 'SERVING', logs: states }))
    : json(
        503,
        JSON.stringify({
          status: 'NOT_SERVING',
          reason: `${trouble.name}: ${trouble.problem}`,
          logs: states,
        }),
      );
}
