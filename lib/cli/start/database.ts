/** The database of a one-command start: yours when DATABASE_URL is set, else an embedded one that is kept running. */
import { join } from 'node:path';
import { keyFolder, type Config } from '../../server/config.ts';
import { openSql } from '../../server/database.ts';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from '../../server/embedded-postgres/start.ts';
import { migrate } from '../../server/migrate.ts';
import { ChildError } from './child.ts';

export interface Database {
  readonly url: string;
  readonly embedded: boolean;
  stop(): Promise<void>;
}

export interface DatabaseEvents {
  onStart(pid: number): void;
  onTrouble(sentence: string): void;
}

export async function openDatabase(config: Config, events: DatabaseEvents): Promise<Database> {
  if (config.databaseUrl !== undefined) {
    await reach(config.databaseUrl);
    return { url: config.databaseUrl, embedded: false, stop: async () => undefined };
  }
  return new KeptDatabase(config, events).start();
}

/** Applies what is missing of the schema; says how much that was. */
export async function bringUpToDate(url: string): Promise<string> {
  const sql = openSql(url, { max: 2, name: 'migrate' });
  try {
    const applied = await migrate(sql);
    return applied.length === 0 ? 'schema is current' : `${applied.length} applied`;
  } finally {
    await sql.end();
  }
}

async function reach(url: string): Promise<void> {
  const sql = openSql(url, { max: 1, name: 'probe' });
  try {
    await sql`SELECT 1`;
  } catch (cause) {
    throw new ChildError(
      `The database that DATABASE_URL names does not answer: ${(cause as Error).message}.`,
      { cause },
    );
  } finally {
    await sql.end({ timeout: 1 });
  }
}

class KeptDatabase implements Database {
  readonly embedded = true;
  url = '';
  private readonly options: EmbeddedPostgresOptions;
  private readonly events: DatabaseEvents;
  private server: EmbeddedPostgres | undefined;
  private stopping = false;

  constructor(config: Config, events: DatabaseEvents) {
    this.events = events;
    this.options = {
      folder: join(config.dataDir, 'postgres'),
      passwordFile: join(keyFolder(config, 'database'), 'password'),
      database: 'sigwatch',
    };
  }

  async start(): Promise<this> {
    await this.bringUp(this.options);
    return this;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.server?.stop();
  }

  private async bringUp(options: EmbeddedPostgresOptions): Promise<void> {
    this.server = await startEmbeddedPostgres(options);
    this.url = this.server.url;
    const { process } = this.server;
    if (process.pid !== undefined) this.events.onStart(process.pid);
    process.once('exit', () => {
      if (this.stopping) return;
      this.events.onTrouble('the database ended; starting it again');
      // The same port, so that every process finds it where it was.
      void this.again({ ...options, port: Number(new URL(this.url).port) });
    });
  }

  private async again(options: EmbeddedPostgresOptions): Promise<void> {
    try {
      await this.bringUp(options);
    } catch (error) {
      if (this.stopping) return;
      this.events.onTrouble(`${(error as Error).message} Trying again in 2 s`);
      setTimeout(() => void this.again(options), 2000);
    }
  }
}
