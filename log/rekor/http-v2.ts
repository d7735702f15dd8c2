/** ARROW 3: the Rekor v2 API. One write; reads are the C2SP ones, under /api/v2/ and at the root of the host. */
import type { Acceptors } from '../accept/acceptors.ts';
import { ConflictError, type Exchange, type Handler } from '../http/exchange.ts';
import type { Routes } from '../http/routes.ts';
import { readRoutes } from '../read/http.ts';
import type { LogWriter } from '../sequencer/log-writer.ts';
import { respond } from './respond.ts';

export interface RekorLog {
  readonly logId: Uint8Array;
  readonly sequencer: LogWriter;
}

export interface WriteSettings {
  readonly acceptors: Acceptors;
  /** What an entry is answered with that the log has already. */
  readonly duplicates: 'return' | 'conflict';
}

/** Which log a host means: every shard has a name of its own. */
export type LogAt = (host: string | undefined) => RekorLog;

export function rekorRoutes(routes: Routes, logAt: LogAt, settings: WriteSettings): void {
  routes.post('/api/v2/log/entries', createEntry(logAt, settings));
  const published = ({ headers }: Exchange) => logAt(headers.host).sequencer.published;
  readRoutes(routes, '/api/v2', published);
  readRoutes(routes, '', published);
}

function createEntry(logAt: LogAt, { acceptors, duplicates }: WriteSettings): Handler {
  return async (exchange) => {
    const { logId, sequencer } = logAt(exchange.headers.host);
    sequencer.requireOpen();
    const entry = await acceptors.accept('rekor-v2', await exchange.body());
    const logged = await sequencer.add(entry);
    if (logged.duplicate && duplicates === 'conflict') {
      throw new ConflictError(`index ${logged.index}`, { 'x-log-index': `${logged.index}` });
    }
    return respond(logId, entry, logged);
  };
}
