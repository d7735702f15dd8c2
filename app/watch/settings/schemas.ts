/** What the API takes and gives of one watch: its pace, rules, channels and deliveries. No answer holds a secret but those that make one. */
import { z } from 'zod';
import { isTimeZone } from '#lib/rules/pace.ts';
import { ownerRuleSchema } from '#lib/rules/owner-rule.ts';
import { momentForm, pageCursor, pageLimit, uuidForm } from '../../api/page-cursor.ts';
import { channelKinds } from './channels.ts';

const time = z.iso.datetime();
const hour = z.int().min(0).max(23).nullable();

export const settingsBody = z
  .strictObject({
    notable: z.enum(['auto', 'at-once', 'hourly']),
    quietFrom: hour.describe('Whole hour of quietZone; null: no quiet hours.'),
    quietUntil: hour,
    quietZone: z
      .string()
      .max(60)
      .refine(isTimeZone, 'not a time zone')
      .describe('For example Europe/Berlin.'),
    digest: z.boolean().describe('A weekly mail, also when nothing happened.'),
    intents: z.boolean().describe('Tell of every signature that nobody announced.'),
    tagged: z.boolean().describe('Of an address: with a tag, such as name+ci@, as well.'),
  })
  .partial();

export const settingsAnswer = z.object({
  ...settingsBody.required().shape,
  feed: z.boolean().describe('A secret address of a feed stands; POST to feed makes another one.'),
  frozenSince: time.nullable().describe('Its owner had issuance for the name stopped.'),
  blind: z
    .array(z.object({ log: z.string(), from: time, until: time, reason: z.string() }))
    .describe('When nobody could have been told.'),
});

export const feedAnswer = z.object({
  url: z.url().describe('Shown this once, and whoever has it reads the feed. The one before has ended.'),
});

export const queuedAnswer = z.object({ status: z.literal('queued') });

const dryRun = {
  looked: z.int().describe('Alerts of the watch that it was tried on.'),
  hidden: z.int().describe('Told then, quiet with the rule.'),
  kept: z.int().describe('The rule is about them, yet they would be told of still.'),
};
const sentence = z.string().describe('The rule as a person reads it.');

export const ruleAnswer = z.object({
  id: z.uuid(),
  rule: ownerRuleSchema,
  sentence,
  owner: z.string().describe('Who accepted it.'),
  expiresAt: time,
  hits: z.int(),
  lastHit: time.nullable(),
});
export const rulesAnswer = z.object({
  rules: z.array(ruleAnswer),
  proposals: z
    .array(
      z.object({
        rule: ownerRuleSchema,
        sentence,
        signatures: z.int(),
        caution: z.string().nullable(),
        would: z.object(dryRun),
      }),
    )
    .describe('What was seen often and no rule covers; POST one to accept it, or leave it.'),
});
export const ruleBody = z.strictObject({
  rule: ownerRuleSchema,
  days: z.int().min(1).max(180).optional().describe('How long it holds; 180 if not said.'),
  replaces: z.uuid().optional().describe('The rule that ends as this one begins: how one is changed.'),
});
export const tryBody = z.strictObject({ rule: ownerRuleSchema });
export const triedAnswer = z.object({ sentence, ...dryRun });
export const endedAnswer = z.object({ id: z.uuid(), state: z.literal('ended') });

export const channelAnswer = z.object({
  id: z.uuid(),
  kind: z.enum(channelKinds),
  told: z.enum(['at-once', 'second']),
  place: z
    .string()
    .describe('Of mail the address, else the site alone: the rest of such an address is a secret.'),
  publicKey: z.string().describe('Deliveries are signed by it (Standard Webhooks, v1a).'),
  state: z
    .enum(['on', 'off', 'waiting'])
    .describe('off: it answered that it is gone; waiting: for its reader.'),
});
export const channelsAnswer = z.object({ channels: z.array(channelAnswer) });
export const channelBody = z.strictObject({
  kind: z.enum(channelKinds),
  url: z.string().trim().max(2048).describe('Of mail: the address. Of PagerDuty it may be left empty.'),
  routingKey: z.string().trim().min(1).max(200).optional().describe('Of PagerDuty.'),
  told: z.enum(['at-once', 'second']).optional().describe('second: only of what nobody answered.'),
});
export const madeChannelAnswer = channelAnswer.extend({
  secret: z.string().nullable().describe('Of a webhook, shown this once: what deliveries are signed with.'),
});

export const deliveriesQuery = z.strictObject({
  cursor: pageCursor(momentForm, uuidForm).optional(),
  limit: pageLimit(100),
});
export const deliveriesAnswer = z.object({
  deliveries: z.array(
    z.object({
      id: z.uuid(),
      alert: z.uuid().nullable(),
      kind: z.enum(['alert', 'second', 'answer', 'news', 'test', 'replay']),
      webhookId: z.string().describe('The same for every attempt and every replay.'),
      state: z.string().describe('queued, sent, failed, gone or dropped.'),
      attempts: z.int(),
      lastStatus: z.int().nullable(),
      lastError: z.string().nullable(),
      createdAt: time,
      doneAt: time.nullable(),
    }),
  ),
  next: z.string().nullable(),
});
