/**
 * Where a bundle goes. It is tried before anything is signed: what is signed is public at once and for ever, and its
 * key is gone, so a bundle that could not be written would be lost.
 */
import { closeSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandError, exitCode } from './exit-codes.ts';

interface Destined {
  readonly name: string;
  /** Undefined for standard output. */
  readonly bundlePath: string | undefined;
}

/** Throws when a bundle could not be written, or would stand in the place of another. */
export function tryDestinations(targets: readonly Destined[]): void {
  const taken = new Set<string>();
  for (const { bundlePath } of targets) {
    const path = bundlePath === undefined ? '-' : resolve(bundlePath);
    if (taken.has(path)) throw usage(`two bundles would be written to ${bundlePath ?? 'standard output'}`);
    taken.add(path);
    if (bundlePath !== undefined) tryDestination(bundlePath);
  }
}

function tryDestination(path: string): void {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) throw new Error('it is a folder');
    const own = partOf(path);
    closeSync(openSync(own, 'wx'));
    rmSync(own);
  } catch (cause) {
    throw usage(`cannot write ${path}, so nothing is signed: ${whyNot(cause)}`, cause);
  }
}

/** All of it or nothing: nobody finds half a bundle. One that cannot be written after all is printed. */
export function deliver(text: string, path: string | undefined): void {
  if (path === undefined) {
    process.stdout.write(text);
    return;
  }
  const own = partOf(path);
  try {
    writeFileSync(own, text, { mode: 0o644 });
    renameSync(own, path);
  } catch (cause) {
    rmSync(own, { force: true });
    process.stdout.write(text);
    throw usage(`cannot write ${path}: ${whyNot(cause)}. It is signed: the bundle stands above`, cause);
  }
}

function partOf(path: string): string {
  return `${path}.${process.pid}.part`;
}

function whyNot(cause: unknown): string {
  return cause instanceof Error ? cause.message : 'unknown error';
}

function usage(message: string, cause?: unknown): CommandError {
  return new CommandError(exitCode.usage, message, { cause });
}
