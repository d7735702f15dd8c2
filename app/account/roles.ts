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
  'intents:write': 'Announce signatures, and take announcements back',
  'freezes:write': 'Freeze and unfreeze what the team proved to own',
  'team:read': 'Read what the team owns, and the record of what was done',
} as const;
export type Scope = keyof typeof scopes;

export const scopeNames = Object.keys(scopes) as readonly Scope[];

/** The least role that may act under a scope: a key never does what its maker may not. */
export function roleOfScope(scope: Scope): Role {
  if (scope === 'freezes:write') return 'owner';
  return scope.endsWith(':write') ? 'responder' : 'viewer';
}
