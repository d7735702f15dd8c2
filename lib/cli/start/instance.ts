/**
 * One running instance per data folder: `DATA_DIR/processes.json` names the supervisor and its children. A file whose
 * supervisor is gone is a left-over of a crash and is taken over.
 */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export class InstanceError extends Error {
  override readonly name = 'InstanceError';
}

const processes = z.record(z.string(), z.number().int().positive());

export class Instance {
  private readonly file: string;
  private readonly pids: Record<string, number> = { supervisor: process.pid };

  private constructor(file: string) {
    this.file = file;
  }

  static open(dataDir: string): Instance {
    try {
      mkdirSync(dataDir, { recursive: true, mode: 0o755 });
      accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (cause) {
      throw new InstanceError(
        `The data folder ${dataDir} cannot be written: set DATA_DIR to a folder of yours.`,
        { cause },
      );
    }
    const file = join(dataDir, 'processes.json');
    const other = runningSupervisor(file);
    if (other !== undefined) {
      throw new InstanceError(
        `Sigwatch is already running from ${dataDir} (process ${other}): stop it first.`,
      );
    }
    const instance = new Instance(file);
    instance.write();
    return instance;
  }

  record(name: string, pid: number): void {
    this.pids[name] = pid;
    this.write();
  }

  close(): void {
    rmSync(this.file, { force: true });
  }

  private write(): void {
    writeFileSync(`${this.file}.new`, `${JSON.stringify(this.pids, null, 2)}\n`);
    renameSync(`${this.file}.new`, this.file);
  }
}

function runningSupervisor(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const parsed = processes.safeParse(parseJson(readFileSync(file, 'utf8')));
  const pid = parsed.data?.supervisor;
  if (pid === undefined || pid === process.pid) return undefined;
  try {
    process.kill(pid, 0);
  } catch {
    return undefined;
  }
  const commandLine = `/proc/${pid}/cmdline`;
  const isOurs = !existsSync(commandLine) || readFileSync(commandLine, 'utf8').includes('sigwatch');
  return isOurs ? pid : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
