import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { algorithmOf, readFileDigest } from '#lib/identity/file-digest.ts';
import { dependencies } from '../../dependencies.ts';
import { SearchBox } from '../../find/search-box.tsx';
import { Stamp } from '../../logs/stamp.tsx';
import { listLogs } from '../../logs/store.ts';
import { readCursor, writeCursor } from '../../signings/cursor.ts';
import { SigningList } from '../../signings/signing-list.tsx';
import { findSignings } from '../../signings/store.ts';
import { inOneSnapshot } from '../../snapshot.ts';
import { Copyable } from '../../ui/copyable.tsx';
import { RefusedPage } from '../../ui/refused.tsx';
import { Line, Opening, Page } from '../../ui/ledger.tsx';
import { grouped, plural } from '../../ui/time.ts';

interface Asked {
  readonly params: Promise<{ sha256: string }>;
  readonly searchParams: Promise<Record<string, string | string[]>>;
}

const pageSize = 50;

export async function generateMetadata({ params }: Asked): Promise<Metadata> {
  return { title: `Artifact ${(await params).sha256.slice(0, 12)}` };
}

export default async function DigestPage({ params, searchParams }: Asked) {
  const deps = dependencies();
  const given = (await params).sha256;
  const digest = given.toLowerCase();
  if (readFileDigest(digest) !== digest) return <NoDigest given={given} />;
  if (digest !== given) redirect(`/d/${digest}`);
  const { after: afterText } = await searchParams;
  const after = typeof afterText === 'string' ? readCursor(afterText) : undefined;
  const [found, forgeries, logs] = await inOneSnapshot(deps, (reads) =>
    Promise.all([
      findSignings(reads, { digest, after, limit: pageSize }),
      findSignings(reads, { digest, limit: 20, standing: 'forgery' }),
      listLogs(reads),
    ]),
  );
  return (
    <Page>
      <Opening label="Artifact">
        <p className="figure">{grouped(found.total)}</p>
        <h1>{found.total === 1 ? 'signature of this artifact' : 'signatures of this artifact'}</h1>
        <p className="mono whole">
          <Copyable what="the digest">
            {algorithmOf(digest)}:{digest}
          </Copyable>
        </p>
      </Opening>
      {(found.signings.length > 0 || found.unlisted) && (
        <Line label="Who signed it">
          <SigningList signings={found.signings} whose />
          {found.unlisted && (
            <p className="soft">Not all are listed: the owner of an address asked for that.</p>
          )}
          {found.next !== undefined && (
            <p>
              <a href={`/d/${digest}?after=${writeCursor(found.next)}`} rel="next">
                Older signatures
              </a>
            </p>
          )}
        </Line>
      )}
      {forgeries.total > 0 && (
        <Line label="Forgery attempts">
          <p>
            These entries carry a certificate that no authority we trust has issued. They are not signatures.
          </p>
          <SigningList signings={forgeries.signings} whose />
        </Line>
      )}
      <Line label="How complete">
        <Stamp logs={logs} now={deps.now()} />
      </Line>
      <Line label="Look up another">
        <SearchBox />
      </Line>
    </Page>
  );
}

function NoDigest({ given }: { given: string }) {
  return (
    <RefusedPage
      status={404}
      heading="That is no digest"
      why={`A file is found by its SHA-256, 64 hexadecimal digits (96 of SHA-384, 128 of SHA-512). This address has ${plural(given.length, 'character')}.`}
    />
  );
}
