/** A TUF repository of ours on disk, mirrors that serve it or lie about it, and other people's clients that read it. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { initTUF, type TUF } from '@sigstore/tuf';
import { Updater } from 'tuf-js';
import { afterAll } from 'vitest';
import { serveRepository } from '#ca/trust-root/tuf/http.ts';
import type { PublishedFile } from '#ca/trust-root/tuf/metadata.ts';
import { publish, type Publication, type RepositoryPlace } from '#ca/trust-root/tuf/publish.ts';
import { RoleKeyFolder } from '#ca/trust-root/tuf/role-keys.ts';

export const dayMs = 86_400_000;

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sigwatch-tuf-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function newPlace(passphrase?: string): RepositoryPlace {
  const folder = temporaryFolder();
  return { folder: join(folder, 'tuf'), keys: new RoleKeyFolder(join(folder, 'keys'), passphrase) };
}

const textFile = (text: string, name = 'trusted_root.json'): PublishedFile => ({
  name,
  bytes: new TextEncoder().encode(text),
});

/** What the service does each minute, `daysAgo` on its clock. */
export function publishText(place: RepositoryPlace, text: string, daysAgo = 0): Publication {
  return publish(place, [textFile(text)], new Date(Date.now() - daysAgo * dayMs));
}

/** The repository as it is now, for a mirror to serve later. */
export function snapshotOf(place: RepositoryPlace): string {
  const folder = temporaryFolder();
  cpSync(place.folder, folder, { recursive: true });
  return folder;
}

export interface Mirror {
  readonly url: string;
  /** From now on serves another folder. */
  serve(folder: string): void;
}

export async function mirrorOf(folder: string): Promise<Mirror> {
  const served = join(temporaryFolder(), 'served');
  const serve = (next: string): void => {
    rmSync(served, { force: true });
    symlinkSync(next, served);
  };
  serve(folder);
  const server = fastify();
  serveRepository(server, served);
  afterAll(() => server.close());
  return { url: `${await server.listen({ port: 0, host: '127.0.0.1' })}/tuf`, serve };
}

/** The client of the TUF project, with a cache of its own that lasts as long as the object. */
export class StockClient {
  private readonly cache = temporaryFolder();
  private readonly mirror: Mirror;

  constructor(mirror: Mirror, firstRoot: string) {
    this.mirror = mirror;
    cpSync(firstRoot, join(this.cache, 'root.json'));
  }

  /** The whole workflow of a fresh start of the client. */
  async fetch(name = 'trusted_root.json'): Promise<string> {
    const updater = new Updater({
      metadataDir: this.cache,
      metadataBaseUrl: this.mirror.url,
      targetDir: temporaryFolder(),
      targetBaseUrl: `${this.mirror.url}/targets`,
      config: { fetchRetry: 0, fetchTimeout: 5000 },
    });
    await updater.refresh();
    const info = await updater.getTargetInfo(name);
    if (info === undefined) throw new Error(`no target ${name}`);
    return readFileSync(await updater.downloadTarget(info), 'utf8');
  }
}

/** The client inside sigstore-js. */
export function sigstoreClient(mirror: Mirror, firstRoot: string): Promise<TUF> {
  return initTUF({
    mirrorURL: mirror.url,
    rootPath: firstRoot,
    cachePath: temporaryFolder(),
    retry: false,
    timeout: 5000,
  });
}
