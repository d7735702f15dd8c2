/**
 * One thread that reads and verifies submissions: parsing and signatures are most of what a write costs, and nothing of it
 * needs the log's state. Owned by acceptors.ts.
 */
import { parentPort } from 'node:worker_threads';
import { RequestError } from '../http/exchange.ts';
import { accept } from '../rekor/accept.ts';
import { acceptV1 } from '../rekor/accept-v1.ts';
import { readProposed } from '../rekor/request-v1.ts';
import { readRequest } from '../rekor/request.ts';
import type { PendingEntry } from '../sequencer/entry.ts';
import {
  packVerdicts,
  unpackSubmissions,
  type Submission,
  type SubmissionKind,
  type Verdict,
} from './submissions.ts';

const acceptors: Record<SubmissionKind, (body: Uint8Array) => PendingEntry> = {
  'rekor-v2': (body) => accept(readRequest(body)),
  'rekor-v1': (body) => acceptV1(readProposed(body), BigInt(Math.floor(Date.now() / 1000))),
};

function judge({ kind, body }: Submission): Verdict {
  try {
    return { outcome: 'accepted', entry: acceptors[kind](body) };
  } catch (error) {
    if (error instanceof RequestError) return { outcome: 'fault', reason: error.message };
    return {
      outcome: 'broken',
      reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

parentPort?.on('message', (packed: Uint8Array) => {
  const verdicts = packVerdicts(unpackSubmissions(packed).map(judge));
  parentPort?.postMessage(verdicts, [verdicts.buffer]);
});
