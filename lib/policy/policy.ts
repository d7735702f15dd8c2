/** A policy as the engine uses it: every name resolved, every pattern of a known kind. */
import type { TextPattern } from '#lib/verify/text-pattern.ts';
import type { CosignatureKey } from '#lib/note/cosignature.ts';
import type { Conditions } from './policy-file.ts';

export type PersonCredential =
  | { readonly kind: 'identity'; readonly identity: TextPattern; readonly issuer: TextPattern }
  | { readonly kind: 'key'; readonly spki: Uint8Array };

export interface Person {
  readonly name: string;
  readonly credentials: readonly PersonCredential[];
}

/** Whoever fits; each of them a person of their own. */
export interface OpenMembership {
  readonly identity: TextPattern;
  readonly issuer: TextPattern;
}

export interface Members {
  readonly people: ReadonlySet<Person>;
  readonly open: readonly OpenMembership[];
}

export interface ResolvedConditions extends Omit<Conditions, 'witnesses'> {
  readonly witnesses?: { readonly atLeast: number; readonly keys: readonly CosignatureKey[] } | undefined;
}

export type Rule =
  | { readonly kind: 'all' | 'any'; readonly rules: readonly Rule[] }
  | {
      readonly kind: 'threshold';
      readonly atLeast: number;
      /** As the policy calls them. */
      readonly label: string;
      /** Members under their conditions: a role brings its own, `where` adds to each. */
      readonly eligible: readonly Eligible[];
    };

export interface Eligible {
  readonly members: Members;
  readonly where: readonly ResolvedConditions[];
}

export interface Policy {
  readonly name: string | undefined;
  readonly people: readonly Person[];
  /** Which person a counting key belongs to, whoever vouched for it. */
  readonly personOf: ReadonlyMap<string, Person>;
  /** Addresses whose word on when they first saw a log entry is believed; without a trailing slash. */
  readonly observers: ReadonlySet<string>;
  readonly accept: ResolvedConditions | undefined;
  readonly allow: ReadonlySet<string> | undefined;
  readonly deny: ReadonlySet<string>;
  readonly rule: Rule;
}
