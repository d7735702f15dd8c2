/** Channels beside the mail of the watch: what each is, what was sent through it, and the form for another. */
import { Mark, type Tone } from '../../ui/mark.tsx';
import { ScrollTable } from '../../ui/scroll-table.tsx';
import { Stranger, Time } from '../../ui/text.tsx';
import { channelKinds, type ChannelKind, type ShownChannel, type ShownDelivery } from './channels.ts';

const names: Readonly<Record<ChannelKind, string>> = {
  webhook: 'Webhook',
  slack: 'Slack',
  teams: 'Microsoft Teams',
  discord: 'Discord',
  pagerduty: 'PagerDuty (Events API v2)',
  mail: 'Mail to another address',
};

interface Shown {
  /** By a mailed link: without secrets and whole addresses. */
  readonly byLink: boolean;
}

interface Listed extends Shown {
  readonly channels: readonly ShownChannel[];
  /** What was pressed before added none. */
  readonly refused: string | undefined;
}

export function ChannelList({ channels, byLink, refused }: Listed) {
  return (
    <>
      {refused !== undefined && (
        <p className="problem" role="alert">
          {refused}
        </p>
      )}
      {channels.length > 0 && (
        <ul className="stack">
          {channels.map((channel) => (
            <Channel key={channel.id} channel={channel} byLink={byLink} />
          ))}
        </ul>
      )}
      <details open={channels.length === 0 || refused !== undefined}>
        <summary>Add a channel</summary>
        <NewChannelForm />
      </details>
    </>
  );
}

function NewChannelForm() {
  return (
    <form method="post" className="stack">
      <input type="hidden" name="act" value="add-channel" />
      <div className="fields">
        <p className="field">
          <label htmlFor="kind">What it is</label>
          <select id="kind" name="kind" defaultValue="webhook">
            {channelKinds.map((kind) => (
              <option key={kind} value={kind}>
                {names[kind]}
              </option>
            ))}
          </select>
        </p>
        <p className="field">
          <label htmlFor="told">When it is told</label>
          <select id="told" name="told" defaultValue="at-once">
            <option value="at-once">At once, with the mail</option>
            <option value="second">When nobody has answered for an hour</option>
          </select>
        </p>
      </div>
      <p className="field">
        <label htmlFor="url">Its address</label>
        <input
          id="url"
          name="url"
          type="text"
          inputMode="url"
          placeholder="https://hooks.example.com/…"
          autoComplete="off"
        />
        <span className="hint">
          https on port 443 or 8443, at a public address. Slack: an incoming webhook. Teams: a workflow “when
          a webhook request is received”. Discord: a webhook of a channel. PagerDuty: leave it empty. Mail:
          the address; its reader is asked first.
        </span>
      </p>
      <p className="field">
        <label htmlFor="routingKey">Integration key (PagerDuty alone)</label>
        <input id="routingKey" name="routingKey" type="text" autoComplete="off" />
      </p>
      <button type="submit">Add it</button>
    </form>
  );
}

function Channel({ channel, byLink }: Shown & { channel: ShownChannel }) {
  const { id, kind, told, isOff, isWaiting, deliveries } = channel;
  return (
    <li className="stack">
      <p>
        <strong>{names[kind]}</strong>, {told === 'second' ? 'after an hour without an answer' : 'at once'}{' '}
        {isOff && <strong>Off: it answered that it is gone.</strong>}
        {isWaiting && (
          <strong>Waiting: a mail asked its reader to confirm. Nothing else is sent there before.</strong>
        )}
      </p>
      {byLink ? <p>{placeOnly(channel)}</p> : <Secrets channel={channel} />}
      <div className="record-acts record-acts-left">
        {!isWaiting && <Press act="test" id={id} label="Send a test" />}
        {isOff && <Press act="enable" id={id} label="Switch it on again" />}
        {kind === 'webhook' && (
          <Press act="rotate" id={id} label="New secret; the old one signs for another day" />
        )}
        <Press act="remove" id={id} label="Remove" />
      </div>
      {deliveries.length > 0 && <Deliveries deliveries={deliveries} />}
    </li>
  );
}

/** Enough to know it by: the paths of chats are their secrets. */
const placeOnly = ({ kind, url }: ShownChannel): string =>
  kind === 'mail' ? `…${url.slice(url.lastIndexOf('@'))}` : new URL(url).host;

function Secrets({ channel: { kind, url, secret, publicKey } }: { channel: ShownChannel }) {
  return (
    <details>
      <summary>{kind === 'webhook' ? 'Address, secret and public key' : 'Address'}</summary>
      <p>
        <Stranger text={url} mono />
      </p>
      {kind === 'webhook' && (
        <>
          <p>
            <code className="whole">{secret}</code>
          </p>
          <p>
            <code className="whole">{publicKey}</code>
          </p>
        </>
      )}
    </details>
  );
}

const deliveryColumns = {
  when: { head: 'When' },
  what: { head: 'What' },
  outcome: { head: 'What came of it' },
  again: { head: <span className="unseen">Again</span> },
};

/** What left, and what came of it: newest first. */
function Deliveries({ deliveries }: { deliveries: readonly ShownDelivery[] }) {
  return (
    <ScrollTable label="Deliveries, newest first" columns={deliveryColumns} shape="folding">
      {deliveries.map((delivery) => (
        <Delivery key={delivery.id} delivery={delivery} />
      ))}
    </ScrollTable>
  );
}

const outcomes: Readonly<Record<string, { tone: Tone; word: string }>> = {
  queued: { tone: 'notable', word: 'On its way' },
  sent: { tone: 'good', word: 'Taken' },
  failed: { tone: 'bad', word: 'Given up' },
  gone: { tone: 'bad', word: 'Gone' },
  dropped: { tone: 'quiet', word: 'Not sent' },
};

function Delivery({ delivery }: { delivery: ShownDelivery }) {
  const { id, kind, state, attempts, lastStatus, lastError, createdAt } = delivery;
  const details = [
    attempts > 1 && `attempt ${attempts}`,
    lastStatus !== null && `HTTP ${lastStatus}`,
    lastError,
  ].filter((detail) => typeof detail === 'string');
  return (
    <tr>
      <td>
        <Time at={createdAt} />
      </td>
      <td>{kind}</td>
      <td>
        <Mark {...(outcomes[state] ?? { tone: 'quiet', word: state })} />
        <p className="hint">
          <Stranger text={details.join(', ')} />
        </p>
      </td>
      <td className="number">
        <Press act="replay" id={id} label="Send again" />
      </td>
    </tr>
  );
}

function Press({ act, id, label }: { act: string; id: string; label: string }) {
  return (
    <form method="post">
      <input type="hidden" name="act" value={act} />
      <input type="hidden" name="id" value={id} />
      <button type="submit" className="second">
        {label}
      </button>
    </form>
  );
}
