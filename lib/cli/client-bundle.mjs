/**
 * The commands of lib/cli/client.ts as one file that Node reads as it is: a verification on the command line must not wait
 * for a hundred modules to be translated. Made at first use, made again when a source is newer, kept beside the other
 * caches in node_modules. Where that cannot be written, the caller goes the slow way.
 */
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(project, 'node_modules/.cache/sigwatch');
const bundle = join(folder, 'client.mjs');
const sourceList = join(folder, 'client.sources.json');

/** Path of a bundle no source is newer than; undefined when there can be none. */
export async function clientBundle() {
  try {
    if (!isCurrent()) await make();
    return bundle;
  } catch {
    return undefined;
  }
}

function isCurrent() {
  try {
    const made = statSync(bundle).mtimeMs;
    const sources = JSON.parse(readFileSync(sourceList, 'utf8'));
    return sources.every((source) => statSync(join(project, source)).mtimeMs < made);
  } catch {
    return false;
  }
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
  mkdirSync(folder, { recursive: true });
  const sources = [...Object.keys(metafile.inputs), 'package-lock.json', 'lib/cli/client-bundle.mjs'];
  replace(sourceList, JSON.stringify(sources));
  replace(bundle, outputFiles[0].contents);
}

/** Two commands may do this at once: each file appears whole. */
function replace(path, contents) {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, contents);
  renameSync(own, path);
}
