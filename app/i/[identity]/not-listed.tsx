import type { Identity } from '#lib/identity/normalise.ts';
import { unlistedWords } from '../../account/ownership/unlisting.ts';
import { SearchBox } from '../../find/search-box.tsx';
import { Line, Opening, Page } from '../../ui/ledger.tsx';
import { Name } from '../../ui/name.tsx';
import { WatchForm } from '../../watch/watch-form.tsx';

/** In place of the result, for an address whose owner asked for that. Watching it works as for any other. */
export function NotListed({ identity, problem }: { identity: Identity; problem: string | undefined }) {
  return (
    <Page>
      <Opening label="Not listed">
        <h1>
          Signatures by <Name text={identity.value} kind={identity.kind} /> are not listed here
        </h1>
        <p className="lead">{unlistedWords}</p>
      </Opening>
      <Line label="Be told of the next">
        <WatchForm identity={identity} again problem={problem} />
      </Line>
      <Line label="Look up another">
        <SearchBox />
      </Line>
    </Page>
  );
}
