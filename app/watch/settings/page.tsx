import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { proposalSentence } from '#lib/rules/baseline.ts';
import { dependencies } from '../../dependencies.ts';
import { BlindList } from '../../logs/blind-list.tsx';
import { listBlindOfWatch } from '../../logs/blind-store.ts';
import { Line, Opening, Page } from '../../ui/ledger.tsx';
import { Stranger, Time } from '../../ui/text.tsx';
import { plural } from '../../ui/time.ts';
import { DeadLink } from '../dead-link.tsx';
import { findOwnWatch, type OwnWatch } from './asked.ts';
import { feedAddress } from './feed.ts';
import { ChannelList } from './channel-list.tsx';
import { readChannels } from './channels.ts';
import { readPace } from './pace.ts';
import { PaceForm } from './pace-form.tsx';
import { draftOf, readDraft, RuleForm, ruleOf, Tried } from './rule-form.tsx';
import { readProposals, readRules, tryRule, type ShownProposal, type ShownRule } from './rules.ts';

export const metadata: Metadata = { title: 'Settings of a watch', robots: { index: false } };

export default async function SettingsPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const given = Object.entries(await searchParams).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one]),
  );
  const asked = new URLSearchParams(given);
  const watch = await findOwnWatch(dependencies(), asked, asked.has('watch') ? await headers() : undefined);
  if (watch === undefined) return <DeadLink />;
  const rules = await readRules(dependencies(), watch);
  const proposals = await readProposals(dependencies(), watch);
  const channels = await readChannels(dependencies(), watch);
  const feed = await feedAddress(dependencies(), watch);
  const blind = await listBlindOfWatch(dependencies(), watch.id);
  return (
    <Page>
      <Opening label="Settings">
        <h1>
          What to expect of <Stranger text={watch.value} />
        </h1>
        <p className="lead">
          What you expect is recorded and counted, but not mailed. Forgeries, bursts and repositories that
          changed hands are always told.
        </p>
      </Opening>
      <Line label="Expected">
        {rules.length === 0 ? (
          <p>Nothing yet: you are told of every signature.</p>
        ) : (
          <Rules rules={rules} query={watch.query} />
        )}
      </Line>
      {proposals.length > 0 && (
        <Line label="Seen often">
          <Proposals proposals={proposals} />
        </Line>
      )}
      {blind.length > 0 && (
        <Line label="Blind times">
          <p>What was signed in these times we found afterwards, and told you late.</p>
          <BlindList blind={blind} nameOf={(logId) => logId} />
        </Line>
      )}
      <Line label="A rule by hand">
        <HandRule watch={watch} rules={rules} asked={asked} />
      </Line>
      <Line label="When you are told">
        <PaceForm
          pace={await readPace(dependencies(), watch)}
          kind={watch.kind}
          hasTeam={watch.teamId !== null}
        />
      </Line>
      <Line label="Channels">
        <ChannelList channels={channels} />
      </Line>
      <Line label="Feed">
        <FeedAddress address={feed} />
      </Line>
    </Page>
  );
}

async function HandRule({
  watch,
  rules,
  asked,
}: {
  watch: OwnWatch;
  rules: readonly ShownRule[];
  asked: URLSearchParams;
}) {
  const edited = rules.find(({ id }) => id === asked.get('edit'));
  const typed = readDraft(asked);
  const draft = typed ?? (edited && draftOf(edited.rule, edited.id));
  const read = typed && ruleOf(typed);
  return (
    <>
      {read !== undefined && 'wrong' in read && (
        <p className="problem" role="alert">
          {read.wrong}
        </p>
      )}
      {typed !== undefined && read !== undefined && 'rule' in read && (
        <Tried draft={typed} rule={read.rule} would={await tryRule(dependencies(), watch, read.rule)} />
      )}
      <details open={draft !== undefined}>
        <summary>{edited === undefined ? 'Write one' : 'Change it'}</summary>
        <RuleForm draft={draft} asked={asked} />
      </details>
    </>
  );
}

function Rules({ rules, query }: { rules: readonly ShownRule[]; query: string }) {
  return (
    <ul className="stack">
      {rules.map(({ id, sentence, owner, expiresAt, hits, lastHit }) => (
        <li key={id}>
          <p>
            <Stranger text={sentence} />
          </p>
          <p className="hint">
            Accepted by <Stranger text={owner} />, until <Time at={expiresAt} />. Fitted{' '}
            {plural(hits, 'signature')}
            {lastHit !== undefined && (
              <>
                , last <Time at={lastHit} />
              </>
            )}
            . <a href={`/watch/settings?${query}&edit=${id}#rule`}>Change it</a>
          </p>
          <form method="post">
            <input type="hidden" name="act" value="end" />
            <input type="hidden" name="id" value={id} />
            <button type="submit" className="second">
              No longer expected
            </button>
          </form>
        </li>
      ))}
    </ul>
  );
}

function Proposals({ proposals }: { proposals: readonly ShownProposal[] }) {
  return (
    <ul className="stack">
      {proposals.map((proposal) => (
        <li key={JSON.stringify(proposal.rule)}>
          <p>
            <Stranger text={proposalSentence(proposal)} />
          </p>
          <p className="hint">
            Would have hidden {plural(proposal.would.hidden, 'alert')} of {proposal.would.looked}.{' '}
            {proposal.caution !== undefined && <strong>{proposal.caution}</strong>}
          </p>
          <form method="post">
            <input type="hidden" name="act" value="accept" />
            <input type="hidden" name="rule" value={JSON.stringify(proposal.rule)} />
            <button type="submit">Expected</button>
          </form>
        </li>
      ))}
    </ul>
  );
}

function FeedAddress({ address }: { address: string | undefined }) {
  return (
    <>
      {address === undefined ? (
        <p>What is not expected, as Atom or JSON Feed, at an address that only you know.</p>
      ) : (
        <p>
          <code className="whole">{address}</code> (Atom; with <code>&amp;format=json</code>, JSON Feed)
        </p>
      )}
      <form method="post">
        <input type="hidden" name="act" value="renew-feed" />
        <button type="submit" className="second">
          {address === undefined ? 'Make a feed' : 'Make another address; this one ends'}
        </button>
      </form>
    </>
  );
}
