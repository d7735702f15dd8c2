import { Stranger, Time } from '../../ui/text.tsx';
import type { ShownDelivery, ShownWebhook } from './webhooks.ts';

export function WebhookList({ webhooks }: { webhooks: readonly ShownWebhook[] }) {
  return (
    <>
      {webhooks.length > 0 && (
        <ul className="stack">
          {webhooks.map((webhook) => (
            <Webhook key={webhook.id} webhook={webhook} />
          ))}
        </ul>
      )}
      <form method="post" className="ask">
        <input type="hidden" name="act" value="add-webhook" />
        <label htmlFor="url">Address of a webhook</label>
        <input id="url" name="url" type="url" required placeholder="https://example.com/hook" />
        <button type="submit">Add it</button>
        <p className="hint">
          https on port 443 or 8443, at a public address. Signed as Standard Webhooks describes.
        </p>
      </form>
    </>
  );
}

function Webhook({ webhook: { id, url, secret, publicKey, isOff, deliveries } }: { webhook: ShownWebhook }) {
  return (
    <li className="stack">
      <p>
        <Stranger text={url} /> {isOff && <strong>Off: it answered that it is gone.</strong>}
      </p>
      <details>
        <summary>Secret and public key</summary>
        <p>
          <code className="whole">{secret}</code>
        </p>
        <p>
          <code className="whole">{publicKey}</code>
        </p>
      </details>
      <div className="choices">
        <Press act="test" id={id} label="Send a test" />
        {isOff && <Press act="enable" id={id} label="Switch it on again" />}
        <Press act="rotate" id={id} label="New secret; the old one signs for another day" />
        <Press act="remove" id={id} label="Remove" />
      </div>
      {deliveries.length > 0 && (
        <ul className="bulleted">
          {deliveries.map((delivery) => (
            <Delivery key={delivery.id} delivery={delivery} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Delivery({ delivery }: { delivery: ShownDelivery }) {
  const { id, kind, state, attempts, lastStatus, lastError, createdAt } = delivery;
  return (
    <li>
      <Time at={createdAt} />: {kind}, {state}
      {attempts > 0 && `, attempt ${attempts}`}
      {lastStatus !== null && `, answered ${lastStatus}`}
      {lastError !== null && `, ${lastError}`}
      {kind !== 'test' && <Press act="replay" id={id} label="Send again" />}
    </li>
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
