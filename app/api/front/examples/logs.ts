/** Examples of how logs and an instance are. */
import type { z } from 'zod';
import type { historyAnswer } from '../../../logs/schemas.ts';
import type { setupAnswer } from '../../../setup/schemas.ts';
import type { Status } from '../../../status/schemas.ts';
import type { logsAnswer } from '../../v1/schemas.ts';
import { sandboxIds } from '../sandbox-key.ts';
import { always, at, exampleDay, exampleTime, type Example } from './example.ts';

const checkpoint =
  'sandbox.example\n4\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— sandbox.example AAAA\n';

const logs: z.infer<typeof logsAnswer> = {
  logs: [
    {
      id: 'sandbox',
      kind: 'rekor-v2',
      name: 'Sandbox',
      url: 'https://log.sandbox.example',
      origin: 'sandbox.example',
      publicKey: 'MCowBQYDK2VwAyEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
      state: 'following',
      stateReason: null,
      verifiedSize: 4,
      statedSize: 4,
      startSize: 0,
      toReread: 0,
      secondsLeft: null,
      verifiedRoot: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
      checkpoint,
      checkpointAt: exampleTime,
      askedAt: exampleTime,
      verifiedAt: exampleTime,
      consistentSince: `${exampleDay}T14:00:00.000Z`,
      unparsable: 0,
    },
  ],
  incidents: [
    {
      id: sandboxIds.other,
      log: 'sandbox',
      kind: 'fork',
      detail: 'Two checkpoints of one size have different roots.',
      before: checkpoint,
      after: checkpoint,
      openedAt: exampleTime,
      resolvedAt: null,
      evidence: `/api/v1/incidents/${sandboxIds.other}/evidence`,
    },
  ],
  blind: [
    {
      log: 'sandbox',
      from: `${exampleDay}T13:00:00.000Z`,
      until: `${exampleDay}T13:10:00.000Z`,
      reason: 'The log did not answer.',
    },
  ],
  sightings: [
    { log: 'sandbox', seenBy: 'witness.sandbox.example', size: 4, verdict: 'agrees', at: exampleTime },
  ],
};

const history: z.infer<typeof historyAnswer> = {
  from: `${exampleDay}T00:00:00.000Z`,
  to: exampleTime,
  moments: [{ log: 'sandbox', at: exampleTime, statedSize: 4, verifiedSize: 4, checkpointAge: 2 }],
  canaries: [{ askedAt: exampleTime, seconds: 1.2 }],
};

const status: Status = {
  at: exampleTime,
  state: 'working',
  parts: [{ name: 'Monitor', state: 'working', words: 'Looks at every log.', log: null }],
  canary: { askedAt: exampleTime, seconds: 1.2 },
  openIncidents: 1,
  days: [{ day: exampleDay, watched: 1, canaries: 288, canariesSeen: 288, incidents: 1 }],
};

const setup: z.infer<typeof setupAnswer> = {
  once: [{ client: 'Sigwatch', lines: ['npx sigwatch sign hello.txt'] }],
  lasting: [{ client: 'cosign 3', line: 'cosign initialize --mirror https://ca.sandbox.example/tuf' }],
  trustFiles: ['https://ca.sandbox.example/trusted_root.json'],
};

export const logExamples: Readonly<Record<string, Example>> = {
  '/api/v1/logs': always(logs),
  '/api/v1/logs/history': always(history),
  '/api/v1/checkpoints/{origin}/checkpoint': () => checkpoint,
  '/api/v1/incidents/{id}/evidence': at('id', sandboxIds.other, {
    how: 'What a log signed that contradicts itself.',
  }),
  '/api/v1/status': always(status),
  '/api/v1/setup': always(setup),
};
