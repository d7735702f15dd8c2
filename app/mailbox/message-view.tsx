import { Stranger, Time } from '../ui/text.tsx';
import { Facts, Line } from '../ui/ledger.tsx';
import { Mark } from '../ui/mark.tsx';
import type { Message } from './store.ts';

/** A mail as its reader sees it, in a frame that runs nothing and whose links open here; then its text twin. */
export function MessageView({ message }: { message: Message }) {
  return (
    <>
      <Line label="Mail">
        <Facts
          rows={[
            ['To', <Stranger key="to" text={message.to} />],
            ['Subject', <Stranger key="subject" text={message.subject} />],
            ['Arrived', <Time key="at" at={message.receivedAt} />],
          ]}
        />
        <iframe
          className="letter"
          title={`Mail: ${message.subject}`}
          sandbox="allow-top-navigation-by-user-activation"
          srcDoc={`<base target="_top">${message.html}`}
        />
      </Line>
      <Line label="Text part">
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region must be reachable by keyboard */}
        <pre className="command letter-text" tabIndex={0}>
          {message.text}
        </pre>
        <details>
          <summary>Headers</summary>
          <Facts
            rows={Object.entries(message.headers).map(
              ([name, value]) => [name, <Stranger key={name} text={String(value)} />] as const,
            )}
          />
        </details>
      </Line>
    </>
  );
}

export function MessageRow({ message }: { message: Message }) {
  return (
    <div className="entry-row">
      <Time at={message.receivedAt} />
      <a href={`/mailbox/${message.id}`}>
        <Stranger text={message.subject} />
      </a>
      <span className="soft">
        <Stranger text={message.to} />
      </span>
    </div>
  );
}

export function DemoNotice() {
  return <Mark tone="notable" word="Demo mode: no mail leaves this machine" />;
}
