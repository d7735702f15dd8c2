import { isForged } from '#lib/rules/facts.ts';
import { signedAt, signerOf, sourceOf, type Signing } from '../signings/signing.ts';
import { Mark } from '../ui/mark.tsx';
import { Name } from '../ui/name.tsx';
import { Ago, Time } from '../ui/text.tsx';

/** Places of a name in a title; whole under Identity. */
const titleLimit = 100;

/** What happened, in one sentence; no more than the entry proves. */
export function EntrySentence({ signing, now }: { signing: Signing; now: Date }) {
  const at = signedAt(signing);
  const forged = isForged(signing);
  const { notBefore: claimed } = signing;
  return (
    <>
      <Standing trust={signing.trust} />
      <h1>
        <What signing={signing} />
      </h1>
      <p className="lead">
        {forged && 'Seen by us '}
        <Ago at={at} now={now} />, <Time at={at} />
        {forged && claimed !== null && (
          <>
            . Its certificate says <Time at={claimed} />, a date that its writer chose
          </>
        )}
      </p>
    </>
  );
}

function What({ signing }: { signing: Signing }) {
  const who = signerOf(signing) ?? signing.identities[0];
  const source = sourceOf(signing);
  const name = who === undefined ? 'Somebody' : <Name text={who.exact} kind={who.kind} limit={titleLimit} />;
  if (signing.trust === 'untrusted') return <>An entry claims the name {name}</>;
  if (signing.trust === 'unparsable') return <>An entry that does not read names {name}</>;
  if (signing.kind === 'precertificate' || signing.kind === 'certificate')
    return <>A certificate was issued to {name}</>;
  if (signing.trust === 'none') return <>A file was signed with a bare key</>;
  return (
    <>
      {name} signed a file
      {source.kind === 'repository' && (
        <>
          {' '}
          from <Name text={source.name} limit={titleLimit} />
        </>
      )}
    </>
  );
}

function Standing({ trust }: { trust: string }) {
  switch (trust) {
    case 'untrusted':
      return (
        <div className="notice bad">
          <Mark tone="bad" word="Forgery attempt" />
          <p>
            The certificate was not issued by an authority we trust. Anyone can write any name into such an
            entry, and no verifier accepts it.
          </p>
        </div>
      );
    case 'unknown':
      return <Mark tone="notable" word="The authority behind the certificate is not known to us" />;
    case 'unparsable':
      return <Mark tone="warn" word="The entry has no form we know; the name was found in its bytes" />;
    default:
      return null;
  }
}
