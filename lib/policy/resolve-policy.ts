/** Names to things. Here a policy is refused that could count one person twice or never be satisfied. */
import { toHex } from '#lib/encoding/bytes.ts';
import { parseVerifierKey } from '#lib/note/verifier-key.ts';
import { NoteError } from '#lib/note/signed-note.ts';
import type { CosignatureKey } from '#lib/note/cosignature.ts';
import { readKeyFile } from '#lib/verify/key-file.ts';
import type { TextPattern } from '#lib/verify/text-pattern.ts';
import { VerificationFailure } from '#lib/verify/verification.ts';
import { countingKey } from './counting-key.ts';
import { PolicyError } from './policy-error.ts';
import type { Conditions, Credential, OpenMember, Pattern, PolicyFile, RuleFile } from './policy-file.ts';
import type {
  Eligible,
  Members,
  OpenMembership,
  Person,
  PersonCredential,
  Policy,
  ResolvedConditions,
  Rule,
} from './policy.ts';

export function toPattern(pattern: Pattern): TextPattern {
  return typeof pattern === 'string'
    ? { kind: 'exact', text: pattern }
    : { kind: 'glob', glob: pattern.glob };
}

export function resolvePolicy(file: PolicyFile): Policy {
  const people = new Map(
    Object.entries(file.people).map(([name, credentials]) => [name, readPerson(name, credentials)]),
  );
  const names = new Names(file, people);
  return {
    name: file.name,
    people: [...people.values()],
    personOf: countingKeys([...people.values()]),
    observers: new Set(file.observers?.map((url) => url.replace(/\/+$/, ''))),
    accept: file.accept && resolveConditions(file.accept),
    allow: file.artifact?.allow && new Set(file.artifact.allow),
    deny: new Set(file.artifact?.deny),
    rule: resolveRule(file.require, names),
  };
}

function readPerson(name: string, credentials: readonly Credential[]): Person {
  return { name, credentials: credentials.map((credential) => readCredential(name, credential)) };
}

function readCredential(person: string, credential: Credential): PersonCredential {
  if ('publicKey' in credential) return { kind: 'key', spki: readKey(person, credential.publicKey) };
  const issuer = toPattern(credential.issuer);
  const identity: TextPattern =
    'identity' in credential
      ? { kind: 'exact', text: credential.identity }
      : { kind: 'glob', glob: credential.identityGlob };
  return { kind: 'identity', identity, issuer };
}

function readKey(person: string, pem: string): Uint8Array {
  try {
    return readKeyFile(pem);
  } catch (cause) {
    if (!(cause instanceof VerificationFailure)) throw cause;
    throw new PolicyError('bad-credential', `${person}: ${cause.message}`, { cause });
  }
}

/** Two names for one mailbox or one key would be two votes for one person. */
function countingKeys(people: readonly Person[]): Map<string, Person> {
  const owners = new Map<string, Person>();
  for (const person of people) {
    for (const key of person.credentials.flatMap(keysOf(person))) {
      const owner = owners.get(key);
      if (owner !== undefined && owner !== person) {
        throw new PolicyError('same-person-twice', `${owner.name} and ${person.name} are the same signer`);
      }
      owners.set(key, person);
    }
  }
  return owners;
}

function keysOf(person: Person): (credential: PersonCredential) => string[] {
  return (credential) => {
    if (credential.kind === 'key') return [keyCountingKey(credential.spki)];
    if (credential.identity.kind !== 'exact') return [];
    const { text } = credential.identity;
    const key = countingKey(identityKind(text), text);
    if (key === undefined) {
      throw new PolicyError('bad-credential', `${person.name}: ${text} is not a plain identity`);
    }
    return [key];
  };
}

export function keyCountingKey(spki: Uint8Array): string {
  return `key:${toHex(spki)}`;
}

function identityKind(text: string): 'email' | 'uri' | 'username' {
  if (text.includes('://')) return 'uri';
  // A username of Fulcio is written name!domain.
  return text.includes('!') || !text.includes('@') ? 'username' : 'email';
}

/** Everything `of` and a group may name. */
class Names {
  private readonly file: PolicyFile;
  private readonly people: ReadonlyMap<string, Person>;
  private readonly open = new Set<string>();

  constructor(file: PolicyFile, people: ReadonlyMap<string, Person>) {
    this.file = file;
    this.people = people;
    const all = [...Object.keys(file.people), ...Object.keys(file.groups), ...Object.keys(file.roles)];
    const twice = all.find((name, at) => all.indexOf(name) !== at);
    if (twice !== undefined) throw new PolicyError('name-taken', `${twice} names two things`);
  }

  eligible(name: string): Eligible[] {
    const role = Object.hasOwn(this.file.roles, name) ? this.file.roles[name] : undefined;
    if (role === undefined) return [{ members: this.members(name), where: [] }];
    const where = [resolveConditions(role.where)];
    return list(role.of).map((of) => ({ members: this.members(of), where }));
  }

  private members(name: string): Members {
    const person = this.people.get(name);
    if (person !== undefined) return { people: new Set([person]), open: [] };
    const group = Object.hasOwn(this.file.groups, name) ? this.file.groups[name] : undefined;
    if (group === undefined) throw new PolicyError('unknown-name', `${name} is nobody, and no group`);
    if (this.open.has(name)) throw new PolicyError('group-in-itself', `the group ${name} holds itself`);
    this.open.add(name);
    const parts = group.map((member) =>
      typeof member === 'string'
        ? this.members(member)
        : { people: new Set<Person>(), open: [toMembership(member)] },
    );
    this.open.delete(name);
    return {
      people: new Set(parts.flatMap(({ people }) => [...people])),
      open: parts.flatMap(({ open }) => open),
    };
  }
}

function toMembership(member: OpenMember): OpenMembership {
  const issuer = toPattern(member.issuer);
  return 'anyoneAt' in member
    ? { identity: { kind: 'email-domain', domain: member.anyoneAt }, issuer }
    : { identity: { kind: 'glob', glob: member.anyoneLike }, issuer };
}

function resolveRule(file: RuleFile, names: Names): Rule {
  if ('all' in file) return { kind: 'all', rules: file.all.map((rule) => resolveRule(rule, names)) };
  if ('any' in file) return { kind: 'any', rules: file.any.map((rule) => resolveRule(rule, names)) };
  const { atLeast, of, where } = file;
  const added = where === undefined ? [] : [resolveConditions(where)];
  const eligible = list(of)
    .flatMap((name) => names.eligible(name))
    .map((one) => ({ members: one.members, where: [...one.where, ...added] }));
  const label = list(of).join(', ');
  checkReach(atLeast, eligible, label);
  return { kind: 'threshold', atLeast, label, eligible };
}

function checkReach(atLeast: number, eligible: readonly Eligible[], label: string): void {
  const isOpen = eligible.some(({ members }) => members.open.length > 0);
  const people = new Set(eligible.flatMap(({ members }) => [...members.people])).size;
  if (!isOpen && people < atLeast) {
    throw new PolicyError('threshold-out-of-reach', `${atLeast} of ${label}, who are only ${people}`);
  }
}

function resolveConditions(conditions: Conditions): ResolvedConditions {
  const { witnesses, ...rest } = conditions;
  if (witnesses === undefined) return rest;
  const keys = witnesses.keys.map(readWitnessKey);
  const distinct = new Set(keys.map(({ key }) => toHex(key))).size;
  if (distinct < witnesses.atLeast) {
    throw new PolicyError('threshold-out-of-reach', `${witnesses.atLeast} of ${distinct} witnesses`);
  }
  return { ...rest, witnesses: { atLeast: witnesses.atLeast, keys } };
}

function readWitnessKey(text: string): CosignatureKey {
  try {
    const { name, type, key } = parseVerifierKey(text);
    if (type === 'cosignature') return { name, key };
  } catch (cause) {
    if (!(cause instanceof NoteError)) throw cause;
    throw new PolicyError('bad-witness-key', `${text}: ${cause.message}`, { cause });
  }
  throw new PolicyError('bad-witness-key', `${text}: not the key of a witness`);
}

function list<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}
