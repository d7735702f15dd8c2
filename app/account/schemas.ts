/** What the API takes and gives of people, teams and their record. No answer holds a secret. */
import { z } from 'zod';
import { readMailbox } from '#lib/identity/normalise.ts';
import { numberForm, pageCursor } from '../api/page-cursor.ts';
import { roles, scopeNames } from './roles.ts';

const time = z.iso.datetime();
const role = z.enum(roles);
const name = z.string().trim().min(1).max(80);

export const accountAnswer = z.object({
  team: z
    .object({ id: z.uuid(), name: z.string(), role })
    .nullable()
    .describe('Null when its maker is no longer in the team: then the key may nothing.'),
  scopes: z.array(z.enum(scopeNames)),
});

export const personAnswer = z.object({
  name: z.string(),
  createdAt: time,
  addresses: z.array(z.object({ address: z.string(), confirmedAt: time })),
  logins: z.array(z.object({ provider: z.string(), issuer: z.string(), shown: z.string() })),
  passkeys: z.array(z.object({ name: z.string(), createdAt: time, usedAt: time.nullable() })),
});
export const personBody = z.strictObject({ name: z.string().trim().max(80) });

export const sessionsAnswer = z.object({
  sessions: z.array(
    z.object({
      id: z.uuid(),
      method: z.string().describe('How it was opened.'),
      agent: z.string(),
      createdAt: time,
      seenAt: time,
    }),
  ),
});
export const endedAnswer = z.object({ id: z.uuid(), state: z.literal('ended') });
export const allEndedAnswer = z.object({ ended: z.int() });
export const exportAnswer = z.looseObject({}).describe('Everything we hold about the person.');

export const memberAnswer = z.object({
  user: z.uuid(),
  name: z.string(),
  addresses: z.array(z.string()),
  role,
  since: time,
});
export const invitationAnswer = z.object({ id: z.uuid(), address: z.string(), role, expiresAt: time });
export const teamAnswer = z.object({
  id: z.uuid(),
  name: z.string(),
  role: role.describe('Of the maker of the key, now.'),
  personal: z.boolean(),
  members: z.array(memberAnswer),
  invitations: z.array(invitationAnswer).nullable().describe('For owners; null for others.'),
});
export const teamBody = z.strictObject({ name });
export const invitationBody = z.strictObject({
  email: z
    .string()
    .max(320)
    .refine((text) => readMailbox(text) !== undefined, 'not an address we can write to'),
  role,
});
export const invitationsAnswer = z.object({ invitations: z.array(invitationAnswer) });
export const memberBody = z.strictObject({ role });
export const membersAnswer = z.object({ members: z.array(memberAnswer) });

export const keysAnswer = z.object({
  keys: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      hint: z.string().describe('How it begins; the rest is shown once, when it is made.'),
      scopes: z.array(z.string()),
      createdAt: time,
      expiresAt: time,
      usedAt: time.nullable(),
    }),
  ),
});

export const auditQuery = z.strictObject({
  cursor: pageCursor(numberForm).optional(),
  before: z
    .string()
    .regex(numberForm)
    .optional()
    .describe('`id` of the last act of the page before; as cursor.'),
});
export const auditAnswer = z.object({
  acts: z.array(
    z.object({
      id: z.string(),
      at: time,
      who: z.string(),
      act: z.string(),
      what: z.string().describe('In words.'),
      detail: z.record(z.string(), z.unknown()),
      entry: z.object({ log: z.string(), index: z.int() }).nullable().describe('In our own log.'),
      statement: z.string().nullable().describe('The line whose SHA-256 is in that entry.'),
    }),
  ),
  next: z.string().nullable(),
});
