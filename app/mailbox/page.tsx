import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { dependencies } from '../dependencies.ts';
import { Line, Opening, Page } from '../ui/ledger.tsx';
import { DemoNotice, MessageRow, MessageView } from './message-view.tsx';
import { mailboxIsOpenHere } from './open-here.ts';
import { listMessages } from './store.ts';

export const metadata: Metadata = { title: 'Demo mailbox', robots: { index: false } };

export default async function MailboxPage() {
  if (!(await mailboxIsOpenHere())) notFound();
  const [newest, ...earlier] = await listMessages(dependencies(), undefined, 100);
  return (
    <Page>
      <Opening label={<DemoNotice />}>
        <h1>Demo mailbox</h1>
        <p className="lead">
          {newest === undefined
            ? 'Nothing has arrived. Watch an address or sign in, and the mail appears here.'
            : 'No mail leaves this machine. Every message it would have sent is here, newest first.'}
        </p>
      </Opening>
      {newest !== undefined && <MessageView message={newest} label="Newest" />}
      {earlier.length > 0 && (
        <Line label="Before that">
          <ul className="rows">
            {earlier.map((message) => (
              <li key={message.id}>
                <MessageRow message={message} />
              </li>
            ))}
          </ul>
        </Line>
      )}
    </Page>
  );
}
