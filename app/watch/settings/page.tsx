import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { proposalSentence } from '#lib/rules/baseline.ts';
import type { DryRun } from '#lib/rules/dry-run.ts';
import type { OwnerRule } from '#lib/rules/owner-rule.ts';
import { callerOfPage } from '../../account/asked.ts';
import { dependencies } from '../../dependencies.ts';
import { frozenSince } from '../../freezes/store.ts';
import { BlindList } from '../../logs/blind-list.tsx';
import { listBlindOfWatch } from '../../logs/blind-store.ts';
import { Line, Opening, Page } from '../../ui/ledger.tsx';
import { Press } from '../../ui/press.tsx';
import { Record, RecordList } from '../../ui/record-list.tsx';
import { Stranger, Time } from '../../ui/text.tsx';
import { plural } from '../../ui/time.ts';
import { findSpellings } from '../../signings/spellings.ts';
import { DeadLink } from '../dead-link.tsx';
import { findOwnWatch, signedInPath, type OwnWatch } from './asked.ts';
import { feedAddress } from './feed.ts';
import { wordsOfRefusal } from './channel-refusal.ts';
import { ChannelList } from './channel-list.tsx';
import { readChannels } from './channels.ts';
import { readPace } from './pace.ts';
import { PaceForm } from './pace-form.tsx';
import { draftOf, readDraft, RuleForm, ruleOf, Tried, type Draft } from './rule-form.tsx';
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
  if (watch === undefined) return signInOrDead(asked);
  const rules = await readRules(dependencies(), watch);
  const hand = await readHand(watch, rules, asked);
  const proposals = await readProposals(dependencies(), watch);
  const channels = await readChannels(dependencies(), watch);
  const frozen = await frozenSince(dependencies(), watch.value);
  const spellings = await findSpellings(dependencies(), [watch.value]);
  const blind = await listBlindOfWatch(dependencies(), watch.id);
  return (
    <Page>
      <Opening label="Settings">
        <h1>
          What to expect of <Stranger text={spellings.usual(watch.value)} />
        </h1>
        <p className="lead">
          What you expect is recorded and counted, but not mailed. Forgeries, bursts and repositories that
          changed hands are always told.
        </p>
      </Opening>
      {frozen !== undefined && (
        <Line label="Frozen">
          <p>
            The owner of this name had issuance for it stopped at our authority, <Time at={frozen} />.
          </p>
        </Line>
      )}
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
        <HandRule hand={hand} asked={asked} />
      </Line>
      <Line label="When you are told">
        <PaceForm
          pace={await readPace(dependencies(), watch)}
          kind={watch.kind}
          hasTeam={watch.teamId !== null}
        />
      </Line>
      <Line label="Channels">
        <ChannelList
          channels={channels}
          byLink={watch.byLink}
          refused={wordsOfRefusal(asked.get('channel'), dependencies().now())}
        />
        {watch.byLink && (
          <p className="hint">
            Whole addresses and secrets are shown to who <a href="/sign-in">signs in</a> with{' '}
            <Stranger text={watch.email} />.
          </p>
        )}
      </Line>
      <Line label="Does it arrive?">
        <p>
          A test goes to <Stranger text={watch.email} /> and to every channel, the way alerts go.
          {watch.kind === 'email' && (
            <>
              {' '}
              To see a real one from its beginning, <a href="/sign">sign a file as yourself</a>.
            </>
          )}
        </p>
        <form method="post">
          <input type="hidden" name="act" value="test-watch" />
          <button type="submit" className="second">
            Send a test alert
          </button>
        </form>
      </Line>
      <Line label="Feed">
        {watch.byLink ? (
          <p>
            What is not expected, as Atom or JSON Feed, at an address that only you know.{' '}
            <a href="/sign-in">Sign in</a> to make it.
          </p>
        ) : (
          <FeedAddress address={await feedAddress(dependencies(), watch)} />
        )}
      </Line>
      {!watch.byLink && (
        <Line label="No more">
          <p>Its alerts stay; nobody is told of new ones.</p>
          <Press label="Stop this watch" fields={{ act: 'stop' }} />
        </Line>
      )}
    </Page>
  );
}

/** Never answers differently for a watch of others than for one there is not. */
async function signInOrDead(asked: URLSearchParams) {
  const path = await signedInPath(dependencies(), asked);
  if (path === undefined) return <DeadLink />;
  await callerOfPage(path);
  return asked.has('watch') ? <DeadLink /> : redirect(path);
}

interface Hand {
  readonly isEdited: boolean;
  readonly draft: Draft | undefined;
  readonly wrong: string | undefined;
  readonly tried: { readonly draft: Draft; readonly rule: OwnerRule; readonly would: DryRun } | undefined;
}

/** What was typed into the form for a rule, tried over the past; or the rule that is to be changed. */
async function readHand(watch: OwnWatch, rules: readonly ShownRule[], asked: URLSearchParams): Promise<Hand> {
  const edited = rules.find(({ id }) => id === asked.get('edit'));
  const draft = readDraft(asked);
  const read = draft && ruleOf(draft);
  const rule = read !== undefined && 'rule' in read ? read.rule : undefined;
  return {
    isEdited: edited !== undefined,
    draft: draft ?? (edited && draftOf(edited.rule, edited.id)),
    wrong: read !== undefined && 'wrong' in read ? read.wrong : undefined,
    tried: draft && rule && { draft, rule, would: await tryRule(dependencies(), watch, rule) },
  };
}

function HandRule({ hand, asked }: { hand: Hand; asked: URLSearchParams }) {
  const { isEdited, draft, wrong, tried } = hand;
  return (
    <>
      {wrong !== undefined && (
        <p className="problem" role="alert">
          {wrong}
        </p>
      )}
      {tried !== undefined && <Tried {...tried} />}
      <details open={draft !== undefined}>
        <summary>{isEdited ? 'Change it' : 'Write one'}</summary>
        <RuleForm draft={draft} asked={asked} />
      </details>
    </>
  );
}

function Rules({ rules, query }: { rules: readonly ShownRule[]; query: string }) {
  return (
    <RecordList>
      {rules.map(({ id, sentence, owner, expiresAt, hits, lastHit }) => (
        <Record key={id} acts={<Press label="No longer expected" fields={{ act: 'end', id }} />}>
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
        </Record>
      ))}
    </RecordList>
  );
}

function Proposals({ proposals }: { proposals: readonly ShownProposal[] }) {
  return (
    <RecordList>
      {proposals.map((proposal) => (
        <Record
          key={JSON.stringify(proposal.rule)}
          acts={
            <Press
              label="Expected"
              fields={{ act: 'accept', rule: JSON.stringify(proposal.rule) }}
              quiet={false}
            />
          }
        >
          <p>
            <Stranger text={proposalSentence(proposal)} />
          </p>
          <p className="hint">
            Would have hidden {plural(proposal.would.hidden, 'alert')} of {proposal.would.looked}.{' '}
            {proposal.caution !== undefined && <strong>{proposal.caution}</strong>}
          </p>
        </Record>
      ))}
    </RecordList>
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
