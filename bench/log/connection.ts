/** HTTP/1.1 as little as it takes, so that the generator takes little of the machine: one request at a time, kept alive. */
import { connect, type Socket } from 'node:net';

export interface Reply {
  readonly status: number;
  readonly body: Buffer;
}

export class Connection {
  private readonly socket: Socket;
  private held: Buffer[] = [];
  private missing = 0;
  private waiter: { done(reply: Reply): void; fail(error: Error): void } | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    const lost = (error?: Error) => this.lose(error ?? new Error('the connection was closed'));
    socket.on('error', lost).on('close', () => lost());
  }

  static open(port: number): Promise<Connection> {
    return new Promise((done, fail) => {
      const socket = connect({ port, host: '127.0.0.1' }, () => done(new Connection(socket)));
      socket.once('error', fail);
    });
  }

  ask(request: Buffer): Promise<Reply> {
    return new Promise((done, fail) => {
      if (this.socket.destroyed) return fail(new Error('the connection was closed'));
      this.waiter = { done, fail };
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.held.push(chunk);
    this.missing -= chunk.length;
    if (this.missing > 0) return;
    const bytes = this.held.length === 1 ? chunk : Buffer.concat(this.held);
    const bodyAt = bytes.indexOf('\r\n\r\n') + 4;
    if (bodyAt < 4) return;
    const head = bytes.toString('latin1', 0, bodyAt).toLowerCase();
    const length = Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1] ?? 0);
    this.missing = bodyAt + length - bytes.length;
    if (this.missing > 0) {
      this.held = [bytes];
      return;
    }
    this.held = [];
    this.missing = 0;
    const { waiter } = this;
    this.waiter = undefined;
    waiter?.done({ status: Number(head.slice(9, 12)), body: bytes.subarray(bodyAt) });
  }

  private lose(error: Error): void {
    const { waiter } = this;
    this.waiter = undefined;
    waiter?.fail(error);
  }
}
