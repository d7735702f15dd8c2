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
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { projectFolder } from './child.ts';

class InstanceError extends Error {
  override readonly name = 'InstanceError';
}

const hasProc = existsSync('/proc/self');
const here = realpathSync(projectFolder);

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
    return new Instance(file);
  }

  /** Ends what a killed supervisor left running, and takes the folder over. */
  async takeOver(): Promise<void> {
    const left = Object.entries(readProcesses(this.file)).filter(
      ([name]) => name !== 'supervisor' && name !== 'postgres',
    );
    for (const [, pid] of left) await endLeftOver(pid);
    this.write();
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
  const pid = readProcesses(file).supervisor;
  return pid !== undefined && pid !== process.pid && isAlive(pid) && isSupervisor(pid) ? pid : undefined;
}

function readProcesses(file: string): Record<string, number> {
  if (!existsSync(file)) return {};
  return processes.safeParse(parseJson(readFileSync(file, 'utf8'))).data ?? {};
}

/** A child leaves by itself when its supervisor is gone; one that cannot is ended here. */
async function endLeftOver(pid: number): Promise<void> {
  const isOurs = () => isAlive(pid) && runsFromHere(pid);
  for (let tries = 0; tries < 100 && isOurs(); tries++) await sleep(100);
  if (isOurs()) process.kill(pid, 'SIGKILL');
  for (let tries = 0; tries < 50 && isOurs(); tries++) await sleep(20);
}

function isSupervisor(pid: number): boolean {
  const commandLine = `/proc/${pid}/cmdline`;
  return !hasProc || (existsSync(commandLine) && readFileSync(commandLine, 'utf8').includes('sigwatch'));
}

/** By program and folder, since Next.js gives its process another name. Elsewhere than on Linux the number must do. */
function runsFromHere(pid: number): boolean {
  try {
    return (
      !hasProc ||
      (readlinkSync(`/proc/${pid}/exe`) === process.execPath && readlinkSync(`/proc/${pid}/cwd`) === here)
    );
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
