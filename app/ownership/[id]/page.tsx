import type { Metadata } from 'next';
import { callerOfPage, orNotFound } from '../../account/asked.ts';
import { requireTeam } from '../../account/caller.ts';
import { teamOwnership } from '../../account/ownership/asked.ts';
import { methodsOf } from '../../account/ownership/check.ts';
import { isUnlistedBy } from '../../account/ownership/unlisting.ts';
import { ownedWords } from '../../account/ownership/name.ts';
import type { Ownership } from '../../account/ownership/store.ts';
import { dependencies } from '../../dependencies.ts';
import { withTyped } from '../../form.ts';
import { readFreezeName } from '../../freezes/store.ts';
import { Line, Opening, Page } from '../../ui/ledger.tsx';
import { Press } from '../../ui/press.tsx';
import { Stranger, Time } from '../../ui/text.tsx';
import { ProofMark } from '../proof-mark.tsx';
import { HowTo, methodWords } from '../how-to.tsx';

export const metadata: Metadata = { title: 'Proof of ownership', robots: { index: false } };

interface Asked {
  readonly params: Promise<{ id: string }>;
}

export default async function ProofPage({ params }: Asked) {
  const { id } = await params;
  const caller = await callerOfPage(`/ownership/${encodeURIComponent(id)}`);
  const ownership = await orNotFound(teamOwnership(dependencies(), caller, id));
  const isOwner = requireTeam(caller, ownership.teamId, 'viewer').role === 'owner';
  return (
    <Page>
      <Opening label={ownedWords[ownership.kind]}>
        <h1>
          <Stranger text={ownership.value} />
        </h1>
        <p className="lead">
          <ProofMark ownership={ownership} />
          <ProvenBy ownership={ownership} />
        </p>
        {isOwner && ownership.provenAt !== undefined && readFreezeName(ownership.value) !== undefined && (
          <p>
            <a href={withTyped('/freezes', { identity: ownership.value })}>Freeze issuance for this name</a>
          </p>
        )}
      </Opening>
      {ownership.findings.length > 0 && <LastCheck ownership={ownership} />}
      {isOwner &&
        methodsOf(ownership.kind).map((method) => (
          <Line key={method} label={methodWords[method]}>
            <HowTo method={method} ownership={ownership} />
            {method !== 'ci-token' && method !== 'app-login' && (
              <Press label="Check now" fields={{ act: 'check', method }} />
            )}
          </Line>
        ))}
      {isOwner && ownership.kind === 'email' && ownership.provenAt !== undefined && (
        <SearchListing isUnlisted={await isUnlistedBy(dependencies(), ownership)} />
      )}
      {isOwner && (
        <Line label="Give it up">
          <Press
            label={
              ownership.provenAt === undefined ? 'Do not prove this name' : 'This is not ours (any more)'
            }
            fields={{ act: 'withdraw' }}
          />
        </Line>
      )}
    </Page>
  );
}

function ProvenBy({ ownership: { provenAt, method, bound } }: { ownership: Ownership }) {
  if (provenAt === undefined || method === undefined) return null;
  return (
    <>
      {' '}
      by {methodWords[method].toLowerCase()}, <Time at={provenAt} />
      {bound.repositoryId !== undefined && `; repository number ${bound.repositoryId}`}
      {bound.ownerId !== undefined && `; owner number ${bound.ownerId}`}
    </>
  );
}

function SearchListing({ isUnlisted }: { isUnlisted: boolean }) {
  return (
    <Line label="Our search">
      <p>
        {isUnlisted
          ? 'Signatures of this address are not listed by our search, its exports and its API.'
          : 'Anybody can look up here what this address signed. You can take it out of our search, its exports and its API.'}{' '}
        The logs keep every signature, and whoever knows the number of an entry can read it. Watches go on as
        before, yours and those of others. It lasts as long as this proof.
      </p>
      {isUnlisted ? (
        <Press label="List it again" fields={{ act: 'list' }} />
      ) : (
        <Press label="Take it out of the search" fields={{ act: 'unlist' }} />
      )}
    </Line>
  );
}

function LastCheck({ ownership: { findings, checkedAt } }: { ownership: Ownership }) {
  return (
    <Line label="Last look">
      {checkedAt !== undefined && (
        <p className="hint">
          <Time at={checkedAt} />
        </p>
      )}
      <ul className="bulleted">
        {findings.map(({ at, said }) => (
          <li key={at}>
            <Stranger text={at} />: {said}
          </li>
        ))}
      </ul>
    </Line>
  );
}
