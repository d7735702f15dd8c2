/** The part of the API about a team, what it owns, and the person of a key. */
import {
  checkBody,
  ciProofAnswer,
  ciProofBody,
  ownedBody,
  ownershipAnswer,
  wholeOwnedAnswer,
} from '../../account/ownership/schemas.ts';
import {
  accountAnswer,
  allEndedAnswer,
  auditAnswer,
  auditQuery,
  endedAnswer,
  exportAnswer,
  invitationBody,
  invitationsAnswer,
  keysAnswer,
  memberBody,
  membersAnswer,
  personAnswer,
  personBody,
  sessionsAnswer,
  teamAnswer,
  teamBody,
} from '../../account/schemas.ts';
import { keyed, open } from './parts.ts';

export function teamPaths() {
  return { ...membersPaths(), ...ownershipPaths(), ...accountPaths() };
}

function membersPaths() {
  const named = ['id'];
  return {
    '/api/v1/team': {
      get: keyed('team:read', 'The team: who is in it, and who is invited', teamAnswer),
      patch: keyed('team:write', 'Rename the team', teamAnswer, { body: teamBody, refusals: [409] }),
    },
    '/api/v1/team/invitations': {
      post: keyed('team:write', 'Invite somebody by mail', invitationsAnswer, {
        body: invitationBody,
        status: 201,
        refusals: [409],
      }),
    },
    '/api/v1/team/invitations/{id}': {
      delete: keyed('team:write', 'Take an invitation back', endedAnswer, { named }),
    },
    '/api/v1/team/members/{user}': {
      patch: keyed('team:write', 'Change a role', membersAnswer, {
        named: ['user'],
        body: memberBody,
        refusals: [409],
      }),
      delete: keyed('team:write', 'Remove a member; their keys of this team end', membersAnswer, {
        named: ['user'],
        refusals: [409],
      }),
    },
    '/api/v1/team/keys': {
      get: keyed('team:read', 'API keys of the team, without their secrets', keysAnswer, {
        words: 'Keys are made by people alone, under Settings.',
      }),
    },
    '/api/v1/team/keys/{id}': { delete: keyed('team:write', 'End a key', endedAnswer, { named }) },
    '/api/v1/audit': {
      get: keyed('team:read', 'What was done in the team, newest first', auditAnswer, { query: auditQuery }),
    },
  };
}

function ownershipPaths() {
  const named = ['id'];
  return {
    '/api/v1/ownership': {
      get: keyed('team:read', 'What the team proved to own, or is about to', ownershipAnswer),
      post: keyed('ownership:write', 'Begin a proof: what to publish, and where', wholeOwnedAnswer, {
        body: ownedBody,
        status: 201,
      }),
    },
    '/api/v1/ownership/{id}': {
      get: keyed('team:read', 'One proof, with what to do for it', wholeOwnedAnswer, { named }),
      delete: keyed('ownership:write', 'Give it up', endedAnswer, { named }),
    },
    '/api/v1/ownership/{id}/check': {
      post: keyed('ownership:write', 'Look now whether it is proved', wholeOwnedAnswer, {
        named,
        body: checkBody,
      }),
    },
    '/api/v1/ownership/{id}/unlisting': {
      put: keyed('ownership:write', 'Take a proven address out of our search', wholeOwnedAnswer, { named }),
      delete: keyed('ownership:write', 'List it again', wholeOwnedAnswer, { named }),
    },
    '/api/v1/ownership/ci': {
      post: open('Prove a repository or workflow by the ID token of its run', ciProofAnswer, {
        body: ciProofBody,
        words: 'Needs no key: the token is for this proof alone.',
        refusals: [400, 404, 415],
      }),
    },
  };
}

function accountPaths() {
  const words = 'Of a person: takes a key of their own team.';
  return {
    '/api/v1/account': {
      get: keyed(undefined, 'The team and the scopes of the key that is sent along', accountAnswer),
    },
    '/api/v1/account/person': {
      get: keyed('account:read', 'Your name, addresses and ways to sign in', personAnswer, { words }),
      patch: keyed('account:write', 'Change what your teams call you', personAnswer, {
        words,
        body: personBody,
      }),
    },
    '/api/v1/account/sessions': {
      get: keyed('account:read', 'Your sessions, the last used first', sessionsAnswer, { words }),
      delete: keyed('account:write', 'End all your sessions', allEndedAnswer, { words }),
    },
    '/api/v1/account/sessions/{id}': {
      delete: keyed('account:write', 'End a session', endedAnswer, { words, named: ['id'] }),
    },
    '/api/v1/account/export': {
      get: keyed('account:read', 'Everything we hold about you', exportAnswer, { words }),
    },
  };
}
