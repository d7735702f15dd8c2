import type { Metadata } from 'next';
import { dependencies } from '../../dependencies.ts';
import { Opening, Page } from '../../ui/ledger.tsx';

export const metadata: Metadata = { title: 'Check your inbox', robots: { index: false } };

export default function SentPage() {
  const { demoMailbox } = dependencies().config;
  return (
    <Page>
      <Opening label="Watch">
        <h1>Check your inbox</h1>
        <p className="lead">
          If that address can be watched, a mail is on its way to it. Press the button it leads to within 24
          hours; until then nothing is watched and nothing else is sent.
        </p>
        <p>
          Asked for more than one within the hour? One mail is for all of them: its page names each. An
          address gets one such mail an hour until it answers, and three a day; what comes later waits its
          turn. <a href="/sign-in?next=%2Fwatches%2Fnew">Signed in</a> there is nothing to wait for.
        </p>
        {demoMailbox ? (
          <p>
            No mail leaves this machine: it lands in the <a href="/mailbox">demo mailbox</a>.
          </p>
        ) : (
          <p className="soft">Nothing there after a minute? Look among the unwanted mail, then ask again.</p>
        )}
      </Opening>
    </Page>
  );
}
