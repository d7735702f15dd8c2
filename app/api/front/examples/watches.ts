/** Examples of what is watched and who is told. */
import type { z } from 'zod';
import type {
  channelsAnswer,
  deliveriesAnswer,
  rulesAnswer,
  settingsAnswer,
} from '../../../watch/settings/schemas.ts';
import type { previewAnswer, teamWatchAnswer, watchesAnswer } from '../../../watches/schemas.ts';
import { sandboxIds, sandboxNames } from '../sandbox-key.ts';
import { always, at, exampleDay, exampleTime, type Example } from './example.ts';

const { watch: id, channel, team, alert, other } = sandboxIds;

const watch: z.infer<typeof teamWatchAnswer> = {
  id,
  team,
  kind: 'email',
  value: sandboxNames.unexpected,
  email: sandboxNames.signed,
  alerts: 1,
  unanswered: 1,
  lastSignature: `${exampleDay}T14:03:00.000Z`,
  silence: null,
  frozen: false,
};

const settings: z.infer<typeof settingsAnswer> = {
  notable: 'auto',
  quietFrom: 22,
  quietUntil: 7,
  quietZone: 'Europe/Berlin',
  digest: true,
  intents: false,
  tagged: true,
  feed: true,
  frozenSince: null,
  blind: [],
};

const rules: z.infer<typeof rulesAnswer> = {
  rules: [
    {
      id: other,
      rule: { issuer: 'https://login.example', source: null },
      sentence: 'a person, from no repository, vouched for by https://login.example',
      owner: sandboxNames.signed,
      expiresAt: '2027-05-19T15:00:00.000Z',
      hits: 2,
      lastHit: `${exampleDay}T14:02:00.000Z`,
    },
  ],
  proposals: [],
};

const channels: z.infer<typeof channelsAnswer> = {
  channels: [
    {
      id: channel,
      kind: 'webhook',
      told: 'at-once',
      place: 'https://hooks.sandbox.example',
      publicKey: 'whpk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
      state: 'on',
    },
  ],
};

const deliveries: z.infer<typeof deliveriesAnswer> = {
  deliveries: [
    {
      id: other,
      alert,
      kind: 'alert',
      webhookId: 'msg_sandbox',
      state: 'sent',
      attempts: 1,
      lastStatus: 204,
      lastError: null,
      createdAt: `${exampleDay}T14:03:01.000Z`,
      doneAt: `${exampleDay}T14:03:02.000Z`,
    },
  ],
  next: null,
};

const preview: z.infer<typeof previewAnswer> = {
  kind: 'email',
  value: sandboxNames.unexpected,
  entries: 1,
  most: 1000,
  names: [sandboxNames.unexpected],
  latest: [{ log: 'sandbox', index: 3, name: sandboxNames.unexpected, at: exampleTime }],
  partial: false,
  unlisted: false,
};

const ofChannel: Example = ({ named }) =>
  named['id'] === id && named['channel'] === channel ? deliveries : undefined;

export const watchExamples: Readonly<Record<string, Example>> = {
  '/api/v1/watches': always<z.infer<typeof watchesAnswer>>({ watches: [watch], next: null }),
  '/api/v1/watches/preview': always(preview),
  '/api/v1/watches/{id}': at('id', id, watch),
  '/api/v1/watches/{id}/settings': at('id', id, settings),
  '/api/v1/watches/{id}/rules': at('id', id, rules),
  '/api/v1/watches/{id}/channels': at('id', id, channels),
  '/api/v1/watches/{id}/channels/{channel}/deliveries': ofChannel,
};
