import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { dependencies } from '../../dependencies.ts';
import { tokenOf } from '../../form.ts';
import { Opening, Page } from '../../ui/ledger.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Stranger } from '../../ui/text.tsx';
import { DeadLink } from '../dead-link.tsx';
import { findSecond, type SecondAct, type SecondAddress } from './store.ts';

export const metadata: Metadata = { title: 'Second address', robots: { index: false } };

export default async function SecondPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const { channel, token } = await searchParams;
  const found = await findSecond(dependencies(), {
    channel: typeof channel === 'string' ? channel : null,
    token: tokenOf(token),
  });
  if (found === undefined || found.state === 'expired') return <DeadLink />;
  return (
    <Page>
      <Opening label={labels[found.state]}>
        <Said second={found} />
      </Opening>
    </Page>
  );
}

const labels: Readonly<Record<SecondAddress['state'], ReactNode>> = {
  pending: 'Confirm',
  expired: 'Link',
  confirmed: <Mark tone="good" word="Confirmed" />,
  stopped: <Mark tone="quiet" word="Stopped" />,
};

function Said({ second: { state, address, watched } }: { second: SecondAddress }) {
  const [name, reader] = [<Stranger key="name" text={watched} />, <Stranger key="reader" text={address} />];
  if (state === 'stopped')
    return (
      <>
        <h1>No second mail about {name}</h1>
        <p className="lead">Nothing about it is sent to {reader} any more.</p>
      </>
    );
  if (state === 'confirmed')
    return (
      <>
        <h1>This is the second address for {name}</h1>
        <p className="lead">Alerts go to {reader} too. You may answer them from there.</p>
        <Press act="stop" label="Stop these mails" />
      </>
    );
  return (
    <>
      <h1>Be the second address for {name}?</h1>
      <p className="lead">
        We will write to {reader} as well when something is signed in this name that its owner may not mean.
      </p>
      <Press act="confirm" label="Confirm" />
      <p className="soft">Do not know what this is? Close the page; nothing happens.</p>
    </>
  );
}

/** No action: the form is sent to this very address, which holds the token. */
function Press({ act, label }: { act: SecondAct; label: string }) {
  return (
    <form method="post">
      <input type="hidden" name="act" value={act} />
      <button type="submit">{label}</button>
    </form>
  );
}
