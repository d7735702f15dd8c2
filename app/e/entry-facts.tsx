/** What the certificate of an entry says, under the headings a person asks by. All values are strangers' text. */
import type { ReactNode } from 'react';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { readFileDigest } from '#lib/identity/file-digest.ts';
import { spelled } from '#lib/identity/normalise.ts';
import { isForged, onlyClaims } from '#lib/rules/facts.ts';
import { identityPath, identityText, kindName, readIdentity } from '../find/question.ts';
import { digestName, type Signing } from '../signings/signing.ts';
import { Copyable } from '../ui/copyable.tsx';
import { Fact, Facts, Line } from '../ui/ledger.tsx';
import { Name } from '../ui/name.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import { VerifierLine } from './verifier-line.tsx';
import { claimNames, saidClaims } from './claim-names.ts';

interface Shown {
  readonly signing: Signing;
}

export function IdentityFacts({ signing }: Shown) {
  const subject = signing.claims['tokenSubject'];
  const named = signing.identities.some(({ value }) => value === subject);
  return (
    <Facts>
      {whoIn(signing).map(({ kind, value, exact }) => (
        <Fact key={`${kind} ${value}`} label={kindName(kind)}>
          <Faithful what={kindName(kind).toLowerCase()} value={exact}>
            <NameLink
              value={kind === 'key' ? identityText({ kind, value }) : value}
              kind={kind}
              exact={exact}
            />
          </Faithful>
        </Fact>
      ))}
      <Fact label={onlyClaims(signing) ? 'Claims to be vouched for by' : 'Vouched for by'}>
        {signing.issuer !== null && (
          <Faithful what="who vouched for it" value={signing.issuer}>
            <Stranger text={signing.issuer} />
          </Faithful>
        )}
      </Fact>
      <Fact label={onlyClaims(signing) ? 'Claims the login' : 'Login there'}>
        {subject !== undefined && !named && <Stranger text={subject} />}
      </Fact>
      <VerifierLine signing={signing} />
    </Facts>
  );
}

/** Who, not where: a repository that the certificate names apart stands under Source. */
function whoIn(signing: Signing): Signing['identities'] {
  const said = saidClaims(claimNames.source, signing.claims).get('Repository');
  const named = said === undefined ? undefined : repositoryOf(said, signing);
  return signing.identities.filter((identity) => identity !== named);
}

/** Older claims leave the host away, which is always this one. */
function repositoryOf(said: string, { identities }: Signing): Signing['identities'][number] | undefined {
  const values = [said, `github.com/${said}`].flatMap((text) => spelled('repository', text));
  return identities.find(
    ({ kind, value }) => kind === 'repository' && values.some((one) => one.value === value),
  );
}

/** To be copied where what stands there is the value itself: uncut, without escapes, with no second form beside it. */
function Faithful({ what, value, children }: { what: string; value: string; children: ReactNode }) {
  return visibleText(value) === value && /^[\x20-\x7e]*$/.test(value) ? (
    <Copyable what={what}>{children}</Copyable>
  ) : (
    children
  );
}

/** Only ever to our own page about the same name, never to what the name may point at. */
function NameLink({ value, kind, exact }: { value: string; kind: string; exact: string }) {
  const text = <Name text={exact} kind={kind} />;
  if (kind === 'artifact') return <a href={`/d/${readFileDigest(value) ?? ''}`}>{text}</a>;
  const identity = readIdentity(value);
  return identity !== undefined && identityText(identity) === value ? (
    <a href={identityPath(value)}>{text}</a>
  ) : (
    text
  );
}

export function SourceFacts({ signing }: Shown) {
  const label = onlyClaims(signing) ? 'Source, as it claims' : 'Source';
  return <ClaimLine label={label} names={claimNames.source} signing={signing} />;
}

export function BuildFacts({ signing }: Shown) {
  const label = onlyClaims(signing) ? 'Build, as it claims' : 'Build';
  return <ClaimLine label={label} names={claimNames.build} signing={signing} />;
}

export function ArtifactFacts({ signing: { digest } }: Shown) {
  if (digest === null) return null;
  const value = <code className="whole">{digest.value}</code>;
  return (
    <Line label="Artifact">
      <Facts>
        <Fact label={digestName(digest.algorithm)}>
          <Faithful what="the digest" value={digest.value}>
            {readFileDigest(digest.value) === digest.value ? (
              <a href={`/d/${digest.value}`}>{value}</a>
            ) : (
              value
            )}
          </Faithful>
        </Fact>
      </Facts>
    </Line>
  );
}

export function CertificateFacts({ signing }: Shown) {
  const { notBefore, notAfter, serial } = signing;
  const says = isForged(signing) ? 'Claims to be valid' : 'Valid';
  if (notBefore === null || notAfter === null) return null;
  return (
    <Line label="Certificate">
      <Facts>
        <Fact label={`${says} from`}>
          <Time at={notBefore} />
        </Fact>
        <Fact label={`${says} to`}>
          <Time at={notAfter} />
        </Fact>
        <Fact label="Serial">
          {serial !== null && (
            <Faithful what="the serial number" value={serial}>
              <code className="whole">{serial}</code>
            </Faithful>
          )}
        </Fact>
      </Facts>
    </Line>
  );
}

interface Claims {
  readonly label: string;
  readonly names: Readonly<Record<string, string>>;
  readonly signing: Signing;
}

function ClaimLine({ label, names, signing }: Claims) {
  const said = saidClaims(names, signing.claims);
  if (said.size === 0) return null;
  return (
    <Line label={label}>
      <Facts>
        {[...said].map(([name, value]) => (
          <Fact key={name} label={name}>
            <Faithful what={name.toLowerCase()} value={value}>
              {name === 'Repository' ? (
                <RepositoryLink said={value} signing={signing} />
              ) : (
                <Stranger text={value} />
              )}
            </Faithful>
          </Fact>
        ))}
      </Facts>
    </Line>
  );
}

/** As the certificate says it; it leads to what that repository signed. */
function RepositoryLink({ said, signing }: { said: string; signing: Signing }) {
  const named = repositoryOf(said, signing);
  return named === undefined ? (
    <Stranger text={said} />
  ) : (
    <NameLink value={named.value} kind="repository" exact={said} />
  );
}
