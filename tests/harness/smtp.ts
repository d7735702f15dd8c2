/** A real SMTP server on a port that stays the same over stops and starts; keeps every message it accepted, parsed. */
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { callbackify } from 'node:util';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { freePorts } from './ports.ts';

export interface ReceivedMail {
  readonly recipients: readonly string[];
  /** Of the envelope. */
  readonly sender: string;
  readonly raw: string;
  readonly parsed: ParsedMail;
}

export class TestSmtp {
  readonly received: ReceivedMail[] = [];
  /** Replaces acceptance: throw to refuse a message after it was read. */
  accept: (mail: ReceivedMail) => void = () => undefined;
  readonly url: string;
  private readonly port: number;
  private server: SMTPServer | undefined;

  private constructor(port: number) {
    this.port = port;
    this.url = `smtp://127.0.0.1:${port}`;
  }

  static async create(): Promise<TestSmtp> {
    const [port = 0] = await freePorts(1);
    return new TestSmtp(port);
  }

  async start(): Promise<void> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData: (stream, session, done) => callbackify(() => this.take(stream, session))(done),
    });
    server.on('error', () => undefined);
    await new Promise<void>((listening) => server.listen(this.port, '127.0.0.1', () => listening()));
    this.server = server;
  }

  get isUp(): boolean {
    return this.server !== undefined;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server !== undefined) await new Promise<void>((closed) => server.close(() => closed()));
  }

  private async take(stream: Readable, session: SMTPServerSession): Promise<void> {
    const raw = await buffer(stream);
    const { mailFrom } = session.envelope;
    const mail = {
      sender: mailFrom === false ? '' : mailFrom.address,
      recipients: session.envelope.rcptTo.map(({ address }) => address),
      raw: raw.toString('latin1'),
      parsed: await simpleParser(raw),
    };
    this.accept(mail);
    this.received.push(mail);
  }
}
