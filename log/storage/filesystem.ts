/** Objects as files below one folder. The system's page cache is trusted until a flush fails, never after. */
import {
  closeSync,
  constants,
  fstatSync,
  fsync,
  mkdirSync,
  openSync,
  readFile as readFileThen,
  renameSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { StorageError, type PublishedObjects, type StagedObjects } from './objects.ts';

/** Left free for whatever else must be written; a twentieth of a small disk. */
const mostReserve = 64 * 1024 * 1024;

const sync = promisify(fsync);
/** Not the one of fs/promises: the handle that makes for every file costs as much as all the rest of a tile read. */
const readFile = promisify(readFileThen);

export class PublishedFiles implements PublishedObjects {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    return readFile(this.at(path)).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw failed(path, error);
    });
  }

  // Into the page cache, where a write takes microseconds: a turn through the thread pool costs more, and on a busy
  // machine each of them waits its turn. What may take long, the flush, is asynchronous.
  async extend(path: string, offset: number, bytes: Uint8Array): Promise<void> {
    const file = this.openToGrow(path, offset);
    try {
      const { size } = fstatSync(file);
      if (size < offset) {
        throw new StorageError('hole', `${path} has ${size} bytes where ${offset} belong`);
      }
      writeAll(file, offset, bytes);
    } finally {
      closeSync(file);
    }
  }

  async replace(path: string, bytes: Uint8Array): Promise<void> {
    const target = this.at(path);
    const beside = `${target}.new`;
    mkdirSync(dirname(target), { recursive: true });
    const file = openSync(beside, 'w', 0o644);
    try {
      writeAll(file, 0, bytes);
    } finally {
      closeSync(file);
    }
    renameSync(beside, target);
  }

  async flush(paths: Iterable<string>): Promise<void> {
    const names = new Set<string>();
    for (const path of paths) {
      // A file may stand in folders that are themselves new: every folder up to ours holds a name that must last.
      for (let at = path; !names.has(at) && at !== '.'; at = dirname(at)) names.add(at);
    }
    await Promise.all([...names, '.'].map((name) => syncPath(this.at(name))));
  }

  private openToGrow(path: string, offset: number): number {
    const target = this.at(path);
    try {
      return openSync(target, 'r+');
    } catch (error) {
      if (!isMissing(error)) throw failed(path, error);
    }
    if (offset > 0)
      throw new StorageError('hole', `${path} is not there, ${offset} bytes of it belong there`);
    mkdirSync(dirname(target), { recursive: true });
    // Not truncating: somebody else may have made it since, a replay or a predecessor that woke up.
    return openSync(target, constants.O_RDWR | constants.O_CREAT, 0o644);
  }

  private at(path: string): string {
    return join(this.folder, path);
  }
}

export class StagedFiles implements StagedObjects {
  private readonly folder: string;
  /** Of the folder, for as long as the process runs: each put makes a name in it durable. */
  private readonly handle: number;

  private constructor(folder: string) {
    this.folder = folder;
    this.handle = openSync(folder, 'r');
  }

  static async open(folder: string): Promise<StagedFiles> {
    const first = await mkdir(folder, { recursive: true });
    // Each folder that is new has its name in the one above it.
    const top = first === undefined ? folder : dirname(first);
    for (let at = folder; at.length >= top.length; at = dirname(at)) await syncPath(at);
    return new StagedFiles(folder);
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    this.requireRoom(bytes.length);
    const file = openSync(join(this.folder, name), 'w', 0o600);
    try {
      writeAll(file, 0, bytes);
      // The bytes and the name, in either order: both are durable before we say so.
      await Promise.all([sync(file), sync(this.handle)]);
    } finally {
      closeSync(file);
    }
  }

  /**
   * Refuses while refusing is free: once the commit is done, a full disk stops the log until there is room again. What
   * is staged is published beside it, and the rest of the machine writes too.
   */
  private requireRoom(length: number): void {
    const { bavail, blocks, bsize } = statfsSync(this.folder);
    const reserve = Math.min(mostReserve, (blocks * bsize) / 20);
    if (bavail * bsize < 4 * length + reserve) throw new StorageError('full', 'the disk is nearly full');
  }

  async list(): Promise<string[]> {
    return readdir(this.folder);
  }

  async read(name: string): Promise<Uint8Array> {
    return readFile(join(this.folder, name)).catch((error: unknown) => {
      throw isMissing(error) ? new StorageError('missing', `nothing staged as ${name}`) : failed(name, error);
    });
  }

  async drop(name: string): Promise<void> {
    await rm(join(this.folder, name), { force: true });
  }
}

function writeAll(file: number, offset: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at, offset + at);
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return (error as { code?: string }).code === 'ENOENT';
}

function failed(path: string, cause: unknown): StorageError {
  return new StorageError('failed', `${path} could not be read or written`, { cause });
}
