/** A rule written by hand: filled in, tried over the past, and kept when it does what it should. */
import { ownerRuleSchema, ruleSentence, type OwnerRule } from '#lib/rules/owner-rule.ts';
import type { DryRun } from '#lib/rules/dry-run.ts';
import { reasonOf } from '../../api/reason.ts';
import { Stranger } from '../../ui/text.tsx';
import { plural } from '../../ui/time.ts';

const fields = [
  'issuer',
  'source',
  'repositoryId',
  'workflow',
  'ref',
  'commit',
  'triggers',
  'runner',
  'digest',
  'hours',
] as const;
type Field = (typeof fields)[number];
export type Draft = Readonly<Record<Field, string>> & { readonly days: string; readonly replaces: string };

const labels: Readonly<Record<Field, readonly [string, string]>> = {
  issuer: ['Vouched for by', 'https://token.actions.githubusercontent.com'],
  source: ['Repository; empty for a person', 'github.com/acme/app'],
  repositoryId: ['Its number, which a new owner of the name would not have', '123456789'],
  workflow: ['Workflow', 'https://github.com/acme/app/.github/workflows/release.yml'],
  ref: ['Ref', 'refs/tags/v*'],
  commit: ['One release alone, by its commit and ref', ''],
  triggers: ['Started by, separated by commas', 'push, release'],
  runner: ['Machine', 'github-hosted'],
  digest: ['One file alone, by its digest', ''],
  hours: ['Hours (UTC), and days of the week from 0 for Sunday', '8-18 1,2,3,4,5'],
};

export function readDraft(query: URLSearchParams): Draft | undefined {
  if (!query.has('issuer')) return undefined;
  const text = (name: string): string => (query.get(name) ?? '').trim().slice(0, 2048);
  return {
    ...(Object.fromEntries(fields.map((name) => [name, text(name)])) as Record<Field, string>),
    days: text('days'),
    replaces: text('replaces'),
  };
}

export function draftOf(rule: OwnerRule, id: string): Draft {
  const { hours } = rule;
  return {
    issuer: rule.issuer,
    source: rule.source ?? '',
    repositoryId: rule.repositoryId ?? '',
    workflow: rule.workflow ?? '',
    ref: rule.ref ?? '',
    commit: rule.commit ?? '',
    triggers: rule.triggers?.join(', ') ?? '',
    runner: rule.runner ?? '',
    digest: rule.digest ?? '',
    hours: hours === undefined ? '' : `${hours.from}-${hours.until} ${hours.days.join(',')}`,
    days: '180',
    replaces: id,
  };
}

/** The address of the settings with a rule filled in and tried over the past; nothing is kept before it is accepted. */
export function draftQuery(rule: OwnerRule, days: number): string {
  const draft = { ...draftOf(rule, ''), days: String(days) };
  return new URLSearchParams(
    Object.entries(draft).filter(([name, text]) => text !== '' || name === 'source'),
  ).toString();
}

/** The rule, or what is wrong with it in words. */
export function ruleOf(draft: Draft): { rule: OwnerRule } | { wrong: string } {
  const { issuer, source, repositoryId, workflow, ref, commit, triggers, runner, digest, hours } = draft;
  const [, from, until, days = ''] = /^(\d{1,2})-(\d{1,2}) +([\d, ]+)$/.exec(hours) ?? [];
  if (hours !== '' && from === undefined) return { wrong: 'hours: not like 8-18 1,2,3,4,5' };
  const listed = (text: string): string[] => text.split(/[, ]+/).filter((part) => part !== '');
  const parts = {
    issuer,
    source: source === '' ? null : source,
    repositoryId,
    workflow,
    ref,
    commit,
    runner,
    digest,
    ...(triggers === '' ? {} : { triggers: listed(triggers) }),
    ...(from === undefined
      ? {}
      : { hours: { from: Number(from), until: Number(until), days: listed(days).map(Number) } }),
  };
  const said = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== ''));
  const read = ownerRuleSchema.safeParse(said);
  return read.success ? { rule: read.data } : { wrong: reasonOf(read.error) };
}

export function RuleForm({ draft, asked }: { draft: Draft | undefined; asked: URLSearchParams }) {
  return (
    <form method="get" className="stack" id="rule">
      {['token', 'alert', 'watch'].map((name) => {
        const value = asked.get(name);
        return value === null ? null : <input key={name} type="hidden" name={name} value={value} />;
      })}
      {draft !== undefined && <input type="hidden" name="replaces" value={draft.replaces} />}
      {fields.map((name) => (
        <p className="field" key={name}>
          <label htmlFor={`rule-${name}`}>{labels[name][0]}</label>
          <input
            id={`rule-${name}`}
            name={name}
            type="text"
            required={name === 'issuer'}
            defaultValue={draft?.[name] ?? ''}
            placeholder={labels[name][1]}
          />
        </p>
      ))}
      <p className="field">
        <label htmlFor="rule-days">For how many days, at most 180</label>
        <input
          id="rule-days"
          name="days"
          type="text"
          inputMode="numeric"
          defaultValue={draft?.days || '180'}
        />
      </p>
      <button type="submit" className="second">
        Try it over the past
      </button>
      <p className="hint">
        What is left empty the rule says nothing of, and hides nothing of. * is any run without a slash.
      </p>
    </form>
  );
}

export function Tried({ draft, rule, would }: { draft: Draft; rule: OwnerRule; would: DryRun }) {
  const days = Math.min(Math.max(Math.floor(Number(draft.days)) || 180, 1), 180);
  return (
    <div className="stack">
      <p>
        <Stranger text={ruleSentence(rule)} />
      </p>
      <p>
        It would have hidden {plural(would.hidden, 'alert')} of {would.looked}
        {would.kept > 0 && `, and told of ${would.kept} all the same`}.
      </p>
      <form method="post">
        <input type="hidden" name="act" value="accept" />
        <input type="hidden" name="rule" value={JSON.stringify(rule)} />
        <input type="hidden" name="days" value={days} />
        {draft.replaces !== '' && <input type="hidden" name="replaces" value={draft.replaces} />}
        <button type="submit">Expect this for {plural(days, 'day')}</button>
      </form>
    </div>
  );
}
