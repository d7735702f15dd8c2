/**
 * Where reports of mail that did not arrive come in, and the mails of programs that stop a watch for their owner: SMTP, for
 * addresses of our own mails alone. Whatever else is
 * sent here is refused at RCPT, so this is no open door; a report is read for two lines and not kept.
 */
import { callbackify } from 'node:util';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import type { Sql } from '#lib/server/database.ts';
import type { Logger } from '#lib/server/logger.ts';
import type { Sealing } from '#lib/server/sealing.ts';
import { mailOfReturnPath, watchOfStopPath, stopTokensOf, takeReport } from '../alert/bounces.ts';

export interface BounceParts {
  readonly sql: Sql;
  readonly sealing: Sealing;
  readonly logger: Logger;
  readonly webUrl: string;
}

const largestReport = 256 * 1024;

export async function listenForBounces(
  { sql, sealing, logger, webUrl }: BounceParts,
  port: number,
): Promise<{ port: number; close(): Promise<void> }> {
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: largestReport,
    maxClients: 20,
    socketTimeout: 20_000,
    logger: false,
    onRcptTo: ({ address }, _session, done) =>
      (mailOfReturnPath(sealing, address) ?? watchOfStopPath(sealing, address)) === undefined
        ? done(refusal())
        : done(),
    onData: (stream, session, done) =>
      callbackify(async () => {
        const report = await readAtMost(stream);
        for (const { address } of session.envelope.rcptTo) {
          const tokens = await stopTokensOf({ sql, sealing }, address);
          if (tokens !== undefined) {
            await stopWatches(webUrl, tokens);
            logger.info({ watches: tokens.length }, 'watches stopped by mail');
            continue;
          }
          const outcome = await takeReport({ sql, sealing }, address, report, new Date());
          logger.info({ outcome }, 'report of a mail that came back');
        }
      })(done),
  });
  server.on('error', (error) => logger.warn({ err: error }, 'bounce listener'));
  await new Promise<void>((listening) => server.listen(port, () => listening()));
  const address = server.server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () => new Promise<void>((closed) => server.close(() => closed())),
  };
}

/** As a mail program does for its owner (RFC 8058 §3.2). What fails is answered so that the mail is sent again. */
async function stopWatches(webUrl: string, tokens: readonly string[]): Promise<void> {
  for (const token of tokens) {
    const answer = await fetch(`${webUrl}/watch/stop?token=${encodeURIComponent(token)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw Object.assign(new Error('Try again later'), { responseCode: 451 });
  }
}

function refusal(): Error {
  return Object.assign(new Error('No such mailbox here'), { responseCode: 550 });
}

/** What is longer is read to its end and cut: the lines that count stand in the first part. */
async function readAtMost(stream: SMTPServerDataStream): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    if (length < largestReport) parts.push(part);
    length += part.length;
  }
  return Buffer.concat(parts).toString('latin1');
}
