/** ARROW 3: the Rekor v2 API. One write; reads are the C2SP ones, under /api/v2/ and at the root of the host. */
import type { Acceptors } from '../accept/acceptors.ts';
import type { Handler } from '../http/exchange.ts';
import type { Routes } from '../http/routes.ts';
import { readRoutes } from '../read/http.ts';
import type { Sequencer } from '../sequencer/sequencer.ts';
import { respond } from './respond.ts';

export interface RekorLog {
  readonly logId: Uint8Array;
  readonly sequencer: Sequencer;
  readonly acceptors: Acceptors;
}

export function rekorRoutes(routes: Routes, log: RekorLog): void {
  routes.post('/api/v2/log/entries', createEntry(log));
  readRoutes(routes, '/api/v2', log.sequencer.published);
  readRoutes(routes, '', log.sequencer.published);
}

function createEntry({ logId, sequencer, acceptors }: RekorLog): Handler {
  return async (exchange) => {
    const entry = await acceptors.accept('rekor-v2', await exchange.body());
    return respond(logId, entry, await sequencer.add(entry));
  };
}
