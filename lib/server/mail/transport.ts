/**
 * Where mail goes: an SMTP server, or, when none is set, the demo mailbox, a table that a page shows. Both take the same
 * message, so that what is seen in the demo is what would be sent.
 */
import { callbackify } from 'node:util';
import type DKIM from 'nodemailer/lib/dkim';
import { createTransport, type SendMailOptions, type Transport, type Transporter } from 'nodemailer';
import type { Sql } from '../database.ts';

export interface OutgoingMail {
  readonly from: string;
  /** Exactly one recipient. */
  readonly to: string;
  /** Where what comes back goes; undefined: to `from`. */
  readonly envelopeFrom?: string | undefined;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  readonly date: Date;
  /** Further headers; single lines. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface MailTransport {
  /** Resolves when the next hop has taken the message. */
  send(mail: OutgoingMail): Promise<void>;
  close(): void;
}

export interface MailTransportSettings {
  readonly smtpUrl: string | undefined;
  readonly sql: Sql;
  readonly dkim?: DkimKey | undefined;
}

/** RFC 6376; the public key stands in DNS at `selector._domainkey.domain`. */
export interface DkimKey {
  readonly domain: string;
  readonly selector: string;
  /** PEM: RSA of 2048 bits or Ed25519. */
  readonly privateKey: string;
}

/** RFC 8058 §4: both headers of the unsubscribe must be covered. Those a mail lacks are signed as lacking. */
const signedHeaders = [
  'from',
  'to',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'reply-to',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'list-id',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'auto-submitted',
].join(':');

const patience = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

export function openMailTransport({ smtpUrl, sql, dkim }: MailTransportSettings): MailTransport {
  const transporter: Transporter =
    smtpUrl === undefined
      ? createTransport(mailboxTransport(sql))
      : createTransport({ url: smtpUrl, pool: true, maxConnections: 4, ...patience, ...dkimOptions(dkim) });
  return {
    send: async (mail) => {
      await transporter.sendMail(message(mail));
    },
    close: () => transporter.close(),
  };
}

function dkimOptions(dkim: DkimKey | undefined): { dkim?: DKIM.Options } {
  if (dkim === undefined) return {};
  const { domain: domainName, selector: keySelector, privateKey } = dkim;
  return { dkim: { domainName, keySelector, privateKey, headerFieldNames: signedHeaders } };
}

function message({ from, to, headers, envelopeFrom, ...rest }: OutgoingMail): SendMailOptions {
  return {
    ...rest,
    ...(envelopeFrom === undefined ? {} : { envelope: { from: envelopeFrom, to: [to] } }),
    from,
    // An object, so that no part of the address is ever parsed as a list of addresses.
    to: { name: '', address: to },
    headers: Object.entries(headers).map(([key, value]) => ({ key, value })),
    // Nothing in a letter may make the server read a file or fetch an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** A repeated message has the same Message-ID and changes nothing, as in a mail reader that shows it once. */
function mailboxTransport(sql: Sql): Transport {
  const store = async ({ messageId, to, subject, text, html, headers }: SendMailOptions): Promise<void> => {
    const recipient = typeof to === 'object' && 'address' in to ? (to.address ?? '') : '';
    const shown: Record<string, string> = { 'message-id': messageId ?? '' };
    for (const { key, value } of Array.isArray(headers) ? headers : []) {
      if (typeof value === 'string') shown[key.toLowerCase()] = value;
    }
    await sql`
      INSERT INTO mail_mailbox (message_id, recipient, subject, text, html, headers)
      VALUES (${messageId ?? ''}, ${recipient}, ${subject ?? ''}, ${asText(text)}, ${asText(html)}, ${sql.json(shown)})
      ON CONFLICT (message_id) DO NOTHING`;
  };
  return {
    name: 'demo-mailbox',
    version: '1',
    send: ({ data, message }, callback) =>
      callbackify(async () => {
        await store(data);
        return { messageId: data.messageId ?? '', envelope: message.getEnvelope() };
      })(callback),
  };
}

function asText(part: SendMailOptions['text']): string {
  return typeof part === 'string' ? part : '';
}
