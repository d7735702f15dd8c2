/** A person with a browser that runs no script: keeps cookies, follows forms, reads the codes mailed to them. */
import type { Sql } from '#lib/server/database.ts';

export class Person {
  readonly cookies = new Map<string, string>();
  /** What the forms of a mailed link's page carried, by its address. */
  private readonly words = new Map<string, string>();
  private readonly web: string;
  private readonly sql: Sql;

  constructor(web: string, sql: Sql) {
    this.web = web;
    this.sql = sql;
  }

  async ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const answer = await fetch(`${this.web}${path}`, { redirect: 'manual', ...init, headers });
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (/Max-Age=0/.test(set)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  /** The page of a mailed link is opened before it is pressed. */
  async press(path: string, fields: Record<string, string>): Promise<Response> {
    if (path.includes('token=') && !this.words.has(path))
      this.read(path, await (await this.ask(path)).text());
    const word = this.words.get(path);
    const body = new URLSearchParams(word === undefined ? fields : { ...fields, word });
    return this.ask(path, { method: 'POST', body });
  }

  private read(path: string, page: string): string {
    const word = /name="word" value="([0-9a-f]+)"/.exec(page)?.[1];
    if (word !== undefined) this.words.set(path, word);
    return page;
  }

  /** Path and query that a press led to. */
  async pressed(path: string, fields: Record<string, string>): Promise<string> {
    const answer = await this.press(path, fields);
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return location;
  }

  async page(path: string): Promise<string> {
    const answer = await this.ask(path);
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
    return this.read(path, await answer.text());
  }

  async askCode(address: string, next = '/settings'): Promise<string> {
    await this.pressed('/sign-in', { act: 'address', email: address, next });
    return this.codeMailedTo(address);
  }

  async codeMailedTo(address: string): Promise<string> {
    const [mail] = await this.sql<{ text: string }[]>`
      SELECT message->>'text' AS text FROM mail_outbox
      WHERE recipient = ${address} AND kind = 'login-code' ORDER BY created_at DESC LIMIT 1`;
    const code = /^ {4}(\d{8})$/m.exec(mail?.text ?? '')?.[1];
    if (code === undefined) throw new Error(`no code for ${address}`);
    return code;
  }

  async signIn(address: string): Promise<this> {
    const code = await this.askCode(address);
    const led = await this.pressed('/sign-in/code', { code, next: '/settings' });
    if (led !== '/settings') throw new Error(`signing in led to ${led}`);
    return this;
  }
}
