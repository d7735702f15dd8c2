/**
 * A part of the program as one file that Node reads as it is, for what must not wait until a hundred modules are translated:
 * a command that a person waits for, a thread. Made at first use, made again when any source is another file than it was,
 * kept beside the other caches in node_modules. Where that cannot be written, the caller goes the slow way.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(project, 'node_modules/.cache/sigwatch');
const self = 'lib/server/one-file.mjs';

/**
 * Path of a file made of exactly the present sources of `entry`, which reads no file by its own place; undefined when there
 * can be none. `external`: packages that few need and that are heavy, read from node_modules when they are.
 * @param {{ name: string, entry: string, external?: string[] }} part
 * @returns {Promise<string | undefined>}
 */
export async function oneFile({ name, entry, external = [] }) {
  try {
    return current(name) ?? (await make(name, entry, external));
  } catch {
    return undefined;
  }
}

/** `{ bundle, sources: { path: state } }`, written last: it speaks only of a bundle that is there whole. */
function recordOf(name) {
  return join(folder, `${name}.json`);
}

function current(name) {
  try {
    const { bundle, sources } = JSON.parse(readFileSync(recordOf(name), 'utf8'));
    const isCurrent = Object.entries(sources).every(([path, state]) => stateOf(path) === state);
    return isCurrent && statSync(join(folder, bundle)).isFile() ? join(folder, bundle) : undefined;
  } catch {
    return undefined;
  }
}

/** An older file is as much another one as a newer: versions are rolled back too. */
function stateOf(path) {
  const { mtimeMs, size, ino } = statSync(join(project, path));
  return `${mtimeMs} ${size} ${ino}`;
}

async function make(name, entry, external) {
  const { build, stop } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    absWorkingDir: project,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external,
    legalComments: 'none',
    logLevel: 'silent',
    // Packages written for require() find it.
    banner: { js: "import{createRequire as r_}from'node:module';const require=r_(import.meta.url);" },
  }).finally(stop);
  const { contents } = outputFiles[0];
  const bundle = `${name}-${createHash('sha256').update(contents).digest('hex').slice(0, 16)}.mjs`;
  const paths = [...Object.keys(metafile.inputs), 'package.json', self];
  mkdirSync(folder, { recursive: true });
  replace(join(folder, bundle), contents);
  const sources = Object.fromEntries(paths.map((path) => [path, stateOf(path)]));
  replace(recordOf(name), JSON.stringify({ bundle, sources }));
  forgetOthers(name, bundle);
  return join(folder, bundle);
}

let written = 0;

/** Two processes or threads may do this at once: each file appears whole. */
function replace(path, contents) {
  const own = `${path}.${process.pid}.${performance.now()}.${written++}`;
  writeFileSync(own, contents);
  renameSync(own, path);
}

function forgetOthers(name, bundle) {
  for (const file of readdirSync(folder)) {
    if (file.startsWith(`${name}-`) && file.endsWith('.mjs') && file !== bundle)
      rmSync(join(folder, file), { force: true });
  }
}
