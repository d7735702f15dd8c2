/** Who signed beside the one the page leads with, each under what they are worth. All values are strangers' text. */
import { Fragment } from 'react';
import { isForged } from '#lib/rules/facts.ts';
import type { Signing } from '../signings/signing.ts';
import { Line } from '../ui/ledger.tsx';
import { Mark } from '../ui/mark.tsx';
import { BuildFacts, CertificateFacts, IdentityFacts, SourceFacts } from './entry-facts.tsx';

export function OtherSigners({ others }: { others: readonly Signing[] }) {
  return others.map((signing, at) => (
    // eslint-disable-next-line react/no-array-index-key -- a signer has no other name than its place
    <Fragment key={at}>
      <Line label={isForged(signing) ? 'Beside it' : 'Also signed by'} name={`Signer ${at + 2}`}>
        <Worth signing={signing} />
        <IdentityFacts signing={signing} />
      </Line>
      <SourceFacts signing={signing} />
      <BuildFacts signing={signing} />
      <CertificateFacts signing={signing} />
    </Fragment>
  ));
}

function Worth({ signing }: { signing: Signing }) {
  if (signing.trust === 'none') return <p>A bare key, which says nothing of whose it is.</p>;
  if (!isForged(signing)) return null;
  return (
    <div className="notice bad">
      <Mark tone="bad" word="Forgery attempt" />
      <p>
        This certificate stands in the same entry, and was not issued by an authority we trust. Anyone can
        write one beside a signature of others.
      </p>
    </div>
  );
}
