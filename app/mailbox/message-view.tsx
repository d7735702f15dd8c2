import { Command } from '../ui/command.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import { Fact, Facts, Line } from '../ui/ledger.tsx';
import { Mark } from '../ui/mark.tsx';
import type { Message } from './store.ts';

/** A mail as its reader sees it, in a frame that runs nothing and whose links open beside it; then its text twin. */
export function MessageView({ message, label = 'Mail' }: { message: Message; label?: string }) {
  return (
    <>
      <Line label={label}>
        <Facts>
          <Fact label="To">
            <Stranger text={message.to} />
          </Fact>
          <Fact label="Subject">
            <Stranger text={message.subject} />
          </Fact>
          <Fact label="Arrived">
            <Time at={message.receivedAt} />
          </Fact>
        </Facts>
        <iframe
          className="letter"
          title={`Mail: ${message.subject}`}
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          srcDoc={`<base target="_blank">${message.html}`}
        />
      </Line>
      <Line label="Text part">
        <Command lines={message.text.split('\n')} wraps />
        <details>
          <summary>Headers</summary>
          <Facts>
            {Object.entries(message.headers).map(([name, value]) => (
              <Fact key={name} label={name}>
                <Stranger text={String(value)} />
              </Fact>
            ))}
          </Facts>
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
  return <Mark tone="notable" word="Demo mode" />;
}
