import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { dependencies } from '../../dependencies.ts';
import { Opening, Page } from '../../ui/ledger.tsx';
import { Stranger } from '../../ui/text.tsx';
import { DemoNotice, MessageView } from '../message-view.tsx';
import { mailboxIsOpenHere } from '../open-here.ts';
import { findMessage } from '../store.ts';

export const metadata: Metadata = { title: 'Mail', robots: { index: false } };

export default async function MessagePage({ params }: { params: Promise<{ id: string }> }) {
  if (!(await mailboxIsOpenHere())) notFound();
  const message = await findMessage(dependencies(), (await params).id);
  if (message === undefined) notFound();
  return (
    <Page>
      <Opening label={<DemoNotice />}>
        <h1>
          <Stranger text={message.subject} />
        </h1>
        <p>
          <a href="/mailbox">All messages</a>
        </p>
      </Opening>
      <MessageView message={message} />
    </Page>
  );
}
