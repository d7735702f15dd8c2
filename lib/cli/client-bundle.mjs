/**
 * The commands of lib/cli/client.ts as one file that Node reads as it is: a verification on the command line must not wait
 * for a hundred modules to be translated. Made at first use, made again when any source is another file than it was, kept
 * beside the other caches in node_modules. Where that cannot be written, the caller goes the slow way.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(project, 'node_modules/.cache/sigwatch');
/** `{ bundle, sources: { path: state } }`, written last: it speaks only of a bundle that is there whole. */
const record = join(folder, 'client.json');

/** Path of a bundle made of exactly the present sources; undefined when there can be none. */
export async function clientBundle() {
  try {
    return currentBundle() ?? (await make());
  } catch {
    return undefined;
  }
}

function currentBundle() {
  try {
    const { bundle, sources } = JSON.parse(readFileSync(record, 'utf8'));
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

async function make() {
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    absWorkingDir: project,
    entryPoints: ['lib/cli/client.ts'],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // Wanted by few and heavy: read from node_modules when they are.
    external: ['tuf-js', 'tuf-js/*'],
    legalComments: 'none',
    logLevel: 'silent',
    // Packages written for require() find it.
    banner: { js: "import{createRequire as r_}from'node:module';const require=r_(import.meta.url);" },
  });
  const { contents } = outputFiles[0];
  const bundle = `client-${createHash('sha256').update(contents).digest('hex').slice(0, 16)}.mjs`;
  const paths = [...Object.keys(metafile.inputs), 'package.json', 'lib/cli/client-bundle.mjs'];
  mkdirSync(folder, { recursive: true });
  replace(join(folder, bundle), contents);
  const sources = Object.fromEntries(paths.map((path) => [path, stateOf(path)]));
  replace(record, JSON.stringify({ bundle, sources }));
  forgetOthers(bundle);
  return join(folder, bundle);
}

/** Two commands may do this at once: each file appears whole. */
function replace(path, contents) {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, contents);
  renameSync(own, path);
}

function forgetOthers(bundle) {
  for (const name of readdirSync(folder)) {
    if (/^client.*\.mjs$/.test(name) && name !== bundle) rmSync(join(folder, name), { force: true });
  }
}
