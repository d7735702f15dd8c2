import { pgpUserText, type Identity } from '#lib/identity/normalise.ts';
import { holdsSignatures, searchedWords } from '../../logs/searched.ts';
import type { FollowedLog } from '../../logs/store.ts';
import { signedAt } from '../../signings/signing.ts';
import type { Found } from '../../signings/store.ts';
import { boundTo } from '../../find/bound-to.ts';
import { PackageScope } from '../../ui/package-scope.tsx';
import { UserIdScope } from '../../ui/user-id-scope.tsx';
import { AlphabetNote } from '../../ui/alphabet-note.tsx';
import { Name } from '../../ui/name.tsx';
import { Ago, Time } from '../../ui/text.tsx';
import { grouped } from '../../ui/time.ts';

interface Shown {
  readonly identity: Identity;
  /** How it is mostly spelt. */
  readonly exact: string;
  readonly found: Found;
  readonly logs: readonly FollowedLog[];
  readonly now: Date;
  /** Not on the first page: its newest row is not the newest there is. */
  readonly paged: boolean;
  /** Only some of the signatures were asked for. */
  readonly narrowed: boolean;
}

/** One line, one number. Neutral: a signature is not a breach. */
export function Verdict(shown: Shown) {
  return (
    <>
      <VerdictLine {...shown} />
      {shown.identity.kind === 'package' && <PackageScope />}
      {shown.identity.kind === 'pgp-user' && <UserIdScope identity={shown.identity} />}
      <AlphabetNote identity={shown.identity} />
    </>
  );
}

function VerdictLine({ identity, exact, found, logs, now, paged, narrowed }: Shown) {
  const newest = found.signings[0];
  if (found.total === 0 && !narrowed) return <Nothing identity={identity} logs={logs} />;
  return (
    <>
      <p className="figure">{grouped(found.total)}</p>
      <h1>
        {found.total === 1 ? 'signature' : 'signatures'} {boundTo(identity)}{' '}
        <Name text={exact} kind={identity.kind} />
        {narrowed && ', narrowed'}
      </h1>
      {newest !== undefined && !paged && !narrowed && (
        <p className="lead">
          Most recent <Ago at={signedAt(newest)} now={now} />. Do you recognise{' '}
          {found.total === 1 ? 'it' : 'all of these'}?
        </p>
      )}
    </>
  );
}

function Nothing({ identity, logs }: { identity: Identity; logs: readonly FollowedLog[] }) {
  const signatureLogs = logs.filter(holdsSignatures);
  const [only] = signatureLogs;
  const words = searchedWords(
    signatureLogs.map(({ startSize, verifiedSize }) => ({ from: startSize, size: verifiedSize })),
  );
  return (
    <>
      <p className="figure">0</p>
      <h1>
        No signatures {boundTo(identity)} <Name text={pgpUserText(identity.value)} kind={identity.kind} />
      </h1>
      <p className="lead">
        {only === undefined ? (
          'No log is followed yet, so this covers nothing.'
        ) : signatureLogs.length === 1 ? (
          <>
            {words}
            {only.checkpointAt !== null && (
              <>
                {' '}
                (<Time at={only.checkpointAt} />)
              </>
            )}
            .
          </>
        ) : (
          `${words}.`
        )}
        {signatureLogs.length > 0 &&
          signatureLogs.length < logs.length &&
          ' Certificate logs are not counted: nothing may ever have been signed with what they hold.'}
      </p>
    </>
  );
}
