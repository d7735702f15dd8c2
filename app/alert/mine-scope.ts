/**
 * How far "this was me" goes: this signature alone, all of its release that is told of so far, or a rule for what is to
 * come, as a sentence with what it would have hidden, before anything is kept. A rule never hides a contradiction (lib/rules/evaluate.ts), so none is offered of one.
 */
import { commitOf, refOf, workflowOf } from '#lib/rules/history.ts';
import type { Facts } from '#lib/rules/facts.ts';
import { ownerRuleSchema, ruleSentence, type OwnerRule } from '#lib/rules/owner-rule.ts';
import { draftQuery } from '../watch/settings/rule-form.tsx';

export const scopes = ['this', 'release', 'file', 'from-now-on'] as const;
export type MineScope = (typeof scopes)[number];

export interface OfferedScope {
  readonly scope: Exclude<MineScope, 'this'>;
  readonly label: string;
  readonly sentence: string;
  readonly rule: OwnerRule;
}

const days = { release: 7, file: 30, 'from-now-on': 180 } as const;

export function offeredScopes(verdict: string, facts: Facts | undefined): OfferedScope[] {
  if (facts === undefined || verdict === 'contradiction' || facts.event !== 'signature') return [];
  if (facts.trust !== 'trusted' || facts.issuer === null || facts.lookAlike !== null) return [];
  const { issuer, source, digest } = facts;
  const repositoryId = facts.claims['sourceRepositoryIdentifier'];
  const workflow = workflowOf(facts.claims);
  const place = { issuer, source, ...(repositoryId === undefined ? {} : { repositoryId }) };
  const release = releaseOf(facts);
  const offered: [OfferedScope['scope'], string, object | undefined][] = [
    ['release', 'All of this release', release && { ...place, ref: release.ref, commit: release.commit }],
    ['file', 'This file, whenever it is signed again', digest === null ? undefined : { ...place, digest }],
    [
      'from-now-on',
      workflow === undefined ? 'This login, from now on' : 'This workflow, from now on',
      { ...place, ...(workflow === undefined ? {} : { workflow }) },
    ],
  ];
  return offered.flatMap(([scope, label, said]) => {
    const rule = ownerRuleSchema.safeParse(said).data;
    return rule === undefined ? [] : [{ scope, label, sentence: ruleSentence(rule), rule }];
  });
}

export interface Release {
  readonly issuer: string;
  readonly source: string;
  readonly repositoryId: string;
  readonly ref: string;
  readonly commit: string;
}

/** One tag of one repository at one commit: whoever moves the tag makes another release. */
export function releaseOf({ trust, event, issuer, source, claims, lookAlike }: Facts): Release | undefined {
  const ref = refOf(claims);
  const commit = commitOf(claims);
  if (trust !== 'trusted' || event !== 'signature' || lookAlike !== null) return undefined;
  if (issuer === null || source === null || commit === undefined) return undefined;
  if (ref === undefined || !/^refs\/tags\/[^*]+$/.test(ref)) return undefined;
  return { issuer, source, repositoryId: claims['sourceRepositoryIdentifier'] ?? '', ref, commit };
}

/** Where the rule is tried and accepted. */
export function scopePath(query: string, { rule, scope }: OfferedScope): string {
  return `/watch/settings?${query}&${draftQuery(rule, days[scope])}#rule`;
}
