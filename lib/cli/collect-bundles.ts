/** Every bundle of a folder, sorted, so that two people see one report. */
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CommandError, exitCode } from './exit-codes.ts';
import { readText } from './read-input.ts';

const mostBundles = 10_000;

/** A file, or the *.json files right inside a folder. Names, not paths: the report is for people. */
export function collectBundles(places: readonly string[]): Map<string, string> {
  const paths = places.flatMap(bundlePaths);
  if (paths.length > mostBundles) {
    throw new CommandError(exitCode.usage, `more than ${mostBundles} bundles`);
  }
  return new Map(paths.map((path) => [places.length === 1 ? basename(path) : path, readText(path)]));
}

function bundlePaths(place: string): string[] {
  try {
    if (!statSync(place).isDirectory()) return [place];
    const names = readdirSync(place).filter((name) => name.endsWith('.json'));
    return names.sort().map((name) => existingFile(join(place, name)));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unknown error';
    throw new CommandError(exitCode.usage, `cannot read ${place}: ${why}`, { cause });
  }
}

/** Whoever may put a file there may put a pipe there, which waits, or a link to a device, which never ends. */
function existingFile(path: string): string {
  if (!statSync(path).isFile()) throw new Error(`${basename(path)} is not a file`);
  return path;
}
