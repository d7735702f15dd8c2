/** Objects as files below one folder. The system's page cache is trusted until a flush fails, never after. */
import { mkdir, open, readdir, readFile, rename, rm, statfs, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StorageError, type PublishedObjects, type StagedObjects } from './objects.ts';

/** Left free for whatever else must be written; a twentieth of a small disk. */
const mostReserve = 64 * 1024 * 1024;

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

  async extend(path: string, offset: number, bytes: Uint8Array): Promise<void> {
    const file = await this.openToGrow(path, offset);
    try {
      const { size } = await file.stat();
      if (size < offset) {
        throw new StorageError('hole', `${path} has ${size} bytes where ${offset} belong`);
      }
      await writeAll(file, offset, bytes);
    } finally {
      await file.close();
    }
  }

  async replace(path: string, bytes: Uint8Array): Promise<void> {
    const target = this.at(path);
    const beside = `${target}.new`;
    await mkdir(dirname(target), { recursive: true });
    const file = await open(beside, 'w', 0o644);
    try {
      await writeAll(file, 0, bytes);
    } finally {
      await file.close();
    }
    await rename(beside, target);
  }

  async flush(paths: Iterable<string>): Promise<void> {
    const names = new Set<string>();
    for (const path of paths) {
      // A file may stand in folders that are themselves new: every folder up to ours holds a name that must last.
      for (let at = path; !names.has(at) && at !== '.'; at = dirname(at)) names.add(at);
    }
    await Promise.all([...names, '.'].map((name) => syncPath(this.at(name))));
  }

  private async openToGrow(path: string, offset: number): Promise<FileHandle> {
    const target = this.at(path);
    try {
      return await open(target, 'r+');
    } catch (error) {
      if (!isMissing(error)) throw failed(path, error);
    }
    if (offset > 0)
      throw new StorageError('hole', `${path} is not there, ${offset} bytes of it belong there`);
    await mkdir(dirname(target), { recursive: true });
    // Not truncating: two batches may come here at once when a replay meets a folder that is half made.
    return open(target, 'a', 0o644).then(async (created) => {
      await created.close();
      return open(target, 'r+');
    });
  }

  private at(path: string): string {
    return join(this.folder, path);
  }
}

export class StagedFiles implements StagedObjects {
  private readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(folder: string): Promise<StagedFiles> {
    const first = await mkdir(folder, { recursive: true });
    // Each folder that is new has its name in the one above it.
    const top = first === undefined ? folder : dirname(first);
    for (let at = folder; at.length >= top.length; at = dirname(at)) await syncPath(at);
    return new StagedFiles(folder);
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    await this.requireRoom(bytes.length);
    const file = await open(join(this.folder, name), 'w', 0o600);
    try {
      await writeAll(file, 0, bytes);
      // The bytes and the name, in either order: both are durable before we say so.
      await Promise.all([file.sync(), syncPath(this.folder)]);
    } finally {
      await file.close();
    }
  }

  /**
   * Refuses while refusing is free: once the commit is done, a full disk stops the log until there is room again. What
   * is staged is published beside it, and the rest of the machine writes too.
   */
  private async requireRoom(length: number): Promise<void> {
    const { bavail, blocks, bsize } = await statfs(this.folder);
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

async function writeAll(file: FileHandle, offset: number, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const rest = bytes.length - written;
    written += (await file.write(bytes, written, rest, offset + written)).bytesWritten;
  }
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
