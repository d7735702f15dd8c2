/** The part of the API that says what is watched, what is expected of it, and who is told. */
import { refusals } from '../../watch/settings/channel-refusal.ts';
import { z } from 'zod';
import {
  channelAnswer,
  channelBody,
  channelsAnswer,
  deliveriesAnswer,
  deliveriesQuery,
  endedAnswer,
  feedAnswer,
  madeChannelAnswer,
  queuedAnswer,
  ruleAnswer,
  ruleBody,
  rulesAnswer,
  settingsAnswer,
  settingsBody,
  triedAnswer,
  tryBody,
} from '../../watch/settings/schemas.ts';
import {
  previewAnswer,
  previewQuery,
  stoppedAnswer,
  teamWatchAnswer,
  teamWatchBody,
  watchesAnswer,
  watchesQuery,
} from '../../watches/schemas.ts';
import { acceptedAnswer, watchBody } from '../v1/schemas.ts';
import { json, keyed, open } from './parts.ts';

export function watchPaths() {
  const named = ['id'];
  return {
    '/api/v1/watches': {
      get: keyed('watches:read', 'Watches of the team, by what they watch', watchesAnswer, {
        query: watchesQuery,
      }),
      post: addPath(),
    },
    '/api/v1/watches/preview': {
      get: keyed('watches:read', 'What a watch would have taken in within 90 days', previewAnswer, {
        query: previewQuery,
      }),
    },
    '/api/v1/watches/{id}': {
      get: keyed('watches:read', 'One watch', teamWatchAnswer, { named }),
      delete: keyed('watches:write', 'Stop a watch; its alerts stay', stoppedAnswer, { named }),
    },
    '/api/v1/watches/{id}/settings': {
      get: keyed('watches:read', 'When and of what the watch tells', settingsAnswer, { named }),
      patch: keyed('watches:write', 'Change that; what is not said stays', settingsAnswer, {
        named,
        body: settingsBody,
      }),
    },
    '/api/v1/watches/{id}/test': {
      post: keyed('watches:write', 'Send a test alert to the address and every channel', queuedAnswer, {
        named,
        status: 202,
      }),
    },
    '/api/v1/watches/{id}/feed': {
      post: keyed('watches:write', 'Make the secret address of its feed, or another one', feedAnswer, {
        named,
        status: 201,
      }),
    },
    ...rulePaths(),
    ...channelPaths(),
  };
}

/** Without a key it is for a mailbox, which is asked; with one for a team, whose person said yes before. */
function addPath() {
  const { responses, ...operation } = open('Watch something', acceptedAnswer, {
    body: z.union([watchBody, teamWatchBody]),
    status: 202,
    refusals: [400, 401, 403, 415],
    words:
      'Without a key: `identity` and `email`; a mail to the address asks to confirm, and the answer is always the same. With a key of the scope `watches:write`: `kind`, `value` and perhaps `email`, for the team, at once.',
  });
  return { ...operation, responses: { 201: json(teamWatchAnswer), ...responses } };
}

function rulePaths() {
  const named = ['id'];
  return {
    '/api/v1/watches/{id}/rules': {
      get: keyed('watches:read', 'What is expected, and what the past suggests', rulesAnswer, { named }),
      post: keyed('watches:write', 'Say what is expected, or change a rule', ruleAnswer, {
        named,
        body: ruleBody,
        status: 201,
        refusals: [409],
      }),
    },
    '/api/v1/watches/{id}/rules/try': {
      post: keyed('watches:read', 'What a rule would have hidden; nothing is kept', triedAnswer, {
        named,
        body: tryBody,
      }),
    },
    '/api/v1/watches/{id}/rules/{rule}': {
      delete: keyed('watches:write', 'No longer expect it', endedAnswer, { named: ['id', 'rule'] }),
    },
  };
}

function channelPaths() {
  const one = ['id', 'channel'];
  return {
    '/api/v1/watches/{id}/channels': {
      get: keyed('watches:read', 'Where alerts go besides the address', channelsAnswer, { named: ['id'] }),
      post: keyed('watches:write', 'Add a channel', madeChannelAnswer, {
        named: ['id'],
        body: channelBody,
        status: 201,
        refusals: [409],
        words: `Why one is refused is in \`code\`: ${Object.keys(refusals).join(', ')}.`,
      }),
    },
    '/api/v1/watches/{id}/channels/{channel}': {
      delete: keyed('watches:write', 'Remove a channel', endedAnswer, { named: one }),
    },
    '/api/v1/watches/{id}/channels/{channel}/{act}': {
      post: channelActPath(),
    },
    '/api/v1/watches/{id}/channels/{channel}/deliveries': {
      get: keyed('watches:read', 'What was sent there, newest first', deliveriesAnswer, {
        named: one,
        query: deliveriesQuery,
      }),
    },
    '/api/v1/watches/{id}/channels/{channel}/deliveries/{delivery}/replay': {
      post: keyed('watches:write', 'Send it once more, under the same webhook-id', queuedAnswer, {
        named: [...one, 'delivery'],
        status: 202,
        refusals: [409],
      }),
    },
  };
}

function channelActPath() {
  const { responses, ...operation } = keyed(
    'watches:write',
    'Test a channel, make another secret, or try again one that was gone: test, rotate, enable',
    madeChannelAnswer.or(channelAnswer),
    { named: ['id', 'channel', 'act'], refusals: [409] },
  );
  return { ...operation, responses: { ...responses, 202: json(queuedAnswer) } };
}
