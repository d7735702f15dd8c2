/** What the process that sequences answers to the others: entries they accepted go into its logs. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { fromUtf8, toHex } from '#lib/encoding/bytes.ts';
import { json, RequestError, type Exchange } from '../http/exchange.ts';
import type { Routes } from '../http/routes.ts';
import type { OpenLog } from '../open-log.ts';
import type { Leader } from './lease.ts';
import { appendPath, formatLogged, formatRefused, formatState, readAppend, statePath } from './message.ts';

/** `logs` is asked anew each time: shards come, and are frozen. */
export function peerRoutes(routes: Routes, { token }: Leader, logs: () => readonly OpenLog[]): void {
  const requirePeer = ({ headers }: Exchange): void => {
    const said = headers.authorization ?? '';
    // To whoever is no peer there is nothing here.
    if (!timingSafeEqual(digest(said), digest(`Bearer ${token}`)))
      throw new RequestError('not-found', 'there is nothing here');
  };
  routes
    .get(statePath, (exchange) => {
      requirePeer(exchange);
      return json(200, formatState(logs().map(stateOf)));
    })
    .post(appendPath, async (exchange) => {
      requirePeer(exchange);
      const { logId, entries } = readAppend(JSON.parse(fromUtf8(await exchange.body())));
      const log = logs().find((one) => toHex(one.logId) === logId);
      if (log === undefined) throw new RequestError('not-found', 'this log is not open here');
      const answers = await Promise.all(
        entries.map((entry) => log.sequencer.add(entry).then(formatLogged).catch(formatRefused)),
      );
      return json(200, JSON.stringify(answers));
    });
}

function stateOf({ logId, sequencer: { published, isFrozen } }: OpenLog) {
  return { logId: toHex(logId), size: published.head.size, isFrozen, shown: published.shown.checkpoint };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
