/** What members of a team may do, and what a key may be made for. */
export const roles = ['viewer', 'responder', 'owner'] as const;
export type Role = (typeof roles)[number];

/** An owner may all that a responder may, and so on down. */
export function isAtLeast(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/** One sentence each, for the page that hands them out. */
export const scopes = {
  'alerts:read': 'Read alerts',
  'alerts:write': 'Answer, acknowledge and resolve alerts',
  'watches:read': 'Read watches, their rules and channels',
  'watches:write': 'Add, change and stop watches, rules and channels',
  'intents:read': 'Read announcements of signatures',
  'intents:write': 'Announce signatures, and take announcements back',
  'freezes:read': 'Read freezes',
  'freezes:write': 'Freeze and unfreeze what the team proved to own',
  'team:read': 'Read who is in the team, what it owns, and the record of what was done',
  'team:write': 'Rename the team, invite and remove people, change roles, end keys',
  'ownership:write': 'Begin, check and withdraw proofs of ownership',
  'account:read': 'Read your own name, addresses, sessions and data',
  'account:write': 'Change your own name, and end your sessions',
} as const;
export type Scope = keyof typeof scopes;

export const scopeNames = Object.keys(scopes) as readonly Scope[];

const ofOwners: readonly Scope[] = ['freezes:write', 'team:write', 'ownership:write'];

/** The least role that may act under a scope: a key never does what its maker may not. */
export function roleOfScope(scope: Scope): Role {
  if (ofOwners.includes(scope)) return 'owner';
  // What is one's own needs no role in a team.
  if (scope.startsWith('account:')) return 'viewer';
  return scope.endsWith(':write') ? 'responder' : 'viewer';
}

/** What is of a person, and not of a team, takes a key of their own team. */
export function isOfPerson(scope: Scope): boolean {
  return scope.startsWith('account:');
}

/** Keys that announce and freeze could read both before there was a scope for it. */
const coveredBy: Partial<Record<Scope, Scope>> = {
  'intents:read': 'intents:write',
  'freezes:read': 'freezes:write',
};

export function covers(given: ReadonlySet<Scope>, needed: Scope): boolean {
  const wider = coveredBy[needed];
  return given.has(needed) || (wider !== undefined && given.has(wider));
}
