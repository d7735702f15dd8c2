/**
 * HTTP/1.1 as little as it takes, so that the generator takes little of the machine: one request at a time, kept alive;
 * a body is counted, not kept.
 */
import { connect, type Socket } from 'node:net';

export interface Reply {
  readonly status: number;
}

export class Connection {
  private readonly socket: Socket;
  /** The beginning of an answer whose head is not all there yet. */
  private head: Buffer = Buffer.alloc(0);
  private status = 0;
  /** Bytes of the body still to come. */
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
    if (this.missing > 0) this.missing -= chunk.length;
    else if (!this.begin(chunk)) return;
    if (this.missing > 0) return;
    const { waiter, status } = this;
    this.waiter = undefined;
    waiter?.done({ status });
  }

  /** False while the head of an answer is not all there. */
  private begin(chunk: Buffer): boolean {
    const bytes = this.head.length === 0 ? chunk : Buffer.concat([this.head, chunk]);
    const bodyAt = bytes.indexOf('\r\n\r\n') + 4;
    this.head = bodyAt < 4 ? bytes : Buffer.alloc(0);
    if (bodyAt < 4) return false;
    const head = bytes.toString('latin1', 0, bodyAt).toLowerCase();
    this.status = Number(head.slice(9, 12));
    this.missing = Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1] ?? 0) + bodyAt - bytes.length;
    return true;
  }

  private lose(error: Error): void {
    const { waiter } = this;
    this.waiter = undefined;
    waiter?.fail(error);
  }
}
