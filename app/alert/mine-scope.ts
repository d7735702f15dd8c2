/**
 * How far "this was me" goes: this signature alone, or a rule for what is to come, as a sentence with what it would have
 * hidden, before anything is kept. A rule never hides a contradiction (lib/rules/evaluate.ts), so none is offered of one.
 */
import { workflowOf } from '#lib/rules/history.ts';
import type { Facts } from '#lib/rules/facts.ts';
import { ownerRuleSchema, ruleSentence, type OwnerRule } from '#lib/rules/owner-rule.ts';
import { draftQuery } from '../watch/settings/rule-form.tsx';

export const scopes = ['this', 'file', 'from-now-on'] as const;
export type MineScope = (typeof scopes)[number];

export interface OfferedScope {
  readonly scope: Exclude<MineScope, 'this'>;
  readonly label: string;
  readonly sentence: string;
  readonly rule: OwnerRule;
}

const days = { file: 30, 'from-now-on': 180 } as const;

export function offeredScopes(verdict: string, facts: Facts | undefined): OfferedScope[] {
  if (facts === undefined || verdict === 'contradiction' || facts.event !== 'signature') return [];
  if (facts.trust !== 'trusted' || facts.issuer === null || facts.lookAlike !== null) return [];
  const { issuer, source, digest } = facts;
  const repositoryId = facts.claims['sourceRepositoryIdentifier'];
  const workflow = workflowOf(facts.claims);
  const place = { issuer, source, ...(repositoryId === undefined ? {} : { repositoryId }) };
  const offered: [OfferedScope['scope'], string, object | undefined][] = [
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

/** Where the rule is tried and accepted. */
export function scopePath(query: string, { rule, scope }: OfferedScope): string {
  return `/watch/settings?${query}&${draftQuery(rule, days[scope])}#rule`;
}
