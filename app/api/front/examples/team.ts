/** Examples of a team, what it owns, and the person of a key. */
import type { z } from 'zod';
import type { ownershipAnswer, wholeOwnedAnswer } from '../../../account/ownership/schemas.ts';
import type {
  accountAnswer,
  auditAnswer,
  keysAnswer,
  personAnswer,
  sessionsAnswer,
  teamAnswer,
} from '../../../account/schemas.ts';
import { sandboxIds, sandboxNames } from '../sandbox-key.ts';
import { always, at, exampleDay, exampleTime, type Example } from './example.ts';

const { team: id, proof, other } = sandboxIds;
const earlier = `${exampleDay}T09:00:00.000Z`;

const owned: z.infer<typeof wholeOwnedAnswer> = {
  id: proof,
  kind: 'domain',
  value: 'sandbox.example',
  state: 'proven',
  method: 'dns',
  bound: {},
  provenAt: earlier,
  line: 'sigwatch-proof=sandbox',
  audience: null,
  ways: [{ method: 'dns', place: 'TXT _sigwatch-challenge.sandbox.example', here: true }],
  findings: [
    {
      at: 'ns.sandbox.example',
      said: 'has the TXT record sigwatch-proof=sandbox at _sigwatch-challenge.sandbox.example',
    },
  ],
  checkedAt: exampleTime,
  unlisted: false,
};
const {
  line: _line,
  audience: _audience,
  ways: _ways,
  findings: _findings,
  checkedAt: _checked,
  unlisted: _off,
  ...listed
} = owned;

const person: z.infer<typeof personAnswer> = {
  name: 'Sam of the sandbox',
  createdAt: earlier,
  addresses: [{ address: sandboxNames.signed, confirmedAt: earlier }],
  logins: [],
  passkeys: [{ name: 'Key ring', createdAt: earlier, usedAt: null }],
};

const team: z.infer<typeof teamAnswer> = {
  id,
  name: 'Sandbox',
  role: 'owner',
  personal: false,
  members: [
    { user: other, name: person.name, addresses: [sandboxNames.signed], role: 'owner', since: earlier },
  ],
  invitations: [],
};

const keys: z.infer<typeof keysAnswer> = {
  keys: [
    {
      id: other,
      name: 'release pipeline',
      hint: 'swk_sandbo',
      scopes: ['alerts:read', 'intents:write'],
      createdAt: earlier,
      expiresAt: '2027-02-18T09:00:00.000Z',
      usedAt: exampleTime,
    },
  ],
};

const audit: z.infer<typeof auditAnswer> = {
  acts: [
    {
      id: '1',
      at: earlier,
      who: person.name,
      act: 'watch.added',
      what: 'added a watch',
      detail: {},
      entry: null,
      statement: null,
    },
  ],
  next: null,
};

export const teamExamples: Readonly<Record<string, Example>> = {
  '/api/v1/team': always(team),
  '/api/v1/team/keys': always(keys),
  '/api/v1/audit': always(audit),
  '/api/v1/ownership': always<z.infer<typeof ownershipAnswer>>({ ownership: [listed] }),
  '/api/v1/ownership/{id}': at('id', proof, owned),
  '/api/v1/account': always<z.infer<typeof accountAnswer>>({
    team: { id, name: team.name, role: team.role },
    scopes: ['alerts:read', 'watches:read', 'team:read', 'account:read'],
  }),
  '/api/v1/account/person': always(person),
  '/api/v1/account/sessions': always<z.infer<typeof sessionsAnswer>>({
    sessions: [{ id: other, method: 'code', agent: 'A browser', createdAt: earlier, seenAt: exampleTime }],
  }),
  '/api/v1/account/export': always({ person: { name: person.name } }),
};
