/** The pages are built once and again when their sources changed: a fingerprint of the sources lies beside the build. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { ChildError, projectFolder } from './child.ts';

const sources = ['app', 'lib', 'prisma/client', 'next.config.js', 'package-lock.json', 'tsconfig.json'];
const clientScripts = [
  'verify-entry.tsx',
  'verify-file.tsx',
  'sign-here.ts',
  'find-name.ts',
  'try-api.ts',
  'passkey.ts',
  'inbox.ts',
  'own-zone.ts',
  'copy.ts',
];
const fingerprintFile = join(projectFolder, '.next', 'sigwatch-sources');

export function buildIsCurrent(): boolean {
  return exists(fingerprintFile) && readFileSync(fingerprintFile, 'utf8') === fingerprint();
}

export async function build(env: NodeJS.ProcessEnv): Promise<void> {
  const before = fingerprint();
  const next = join(projectFolder, 'node_modules', 'next', 'dist', 'bin', 'next');
  const child = spawn(process.execPath, [next, 'build'], {
    cwd: projectFolder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((done) => child.once('exit', done));
  if (code !== 0)
    throw new ChildError(`The pages could not be built:\n${said.trim().split('\n').slice(-15).join('\n')}`);
  await buildClientScripts();
  writeFileSync(fingerprintFile, before);
}

/** What a reader's browser runs, each by a page that asks for it (app/client-scripts.ts serves them). */
async function buildClientScripts(): Promise<void> {
  const esbuild = await import('esbuild');
  await esbuild.build({
    absWorkingDir: projectFolder,
    entryPoints: clientScripts.map((name) => `app/client/${name}`),
    outdir: '.next/client',
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'silent',
    jsx: 'automatic',
    plugins: [englishOnly, noJsonSchema, ownMarkup],
  });
}

/** zod carries its complaints in fifty languages, half of all that a browser would load. */
const englishOnly: Plugin = {
  name: 'english-only',
  setup(building) {
    building.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
      loader: 'js',
    }));
  },
};

/** Every schema of zod can describe itself as JSON Schema, which no page asks for: a tenth of what it would load. */
const noJsonSchema: Plugin = {
  name: 'no-json-schema',
  setup(building) {
    building.onLoad(
      { filter: /[\\/]zod[\\/]v4[\\/]core[\\/](?:to-json-schema|json-schema-processors)\.js$/ },
      ({ path }) => {
        const names = readFileSync(path, 'utf8').matchAll(/^export (?:function|const) (\w+)/gm);
        const contents = [...names].map(([, name]) => `export const ${name} = () => undefined;`);
        return { contents: [...contents, 'export const process = undefined;'].join('\n'), loader: 'js' };
      },
    );
  },
};

/** Components that pages and scripts share are made into elements by a runtime of ours: no page loads React. */
const ownMarkup: Plugin = {
  name: 'own-markup',
  setup(building) {
    const instead = (file: string) => () => ({ path: join(projectFolder, 'app', 'client', 'markup', file) });
    building.onResolve({ filter: /^react\/jsx-runtime$/ }, instead('jsx-runtime.ts'));
    building.onResolve({ filter: /^react$/ }, instead('jsx-runtime.ts'));
    building.onResolve({ filter: /\/clock\/zone-of-page\.ts$/ }, instead('zone-of-page.ts'));
  },
};

function fingerprint(): string {
  const hash = createHash('sha256');
  for (const source of sources) addTo(hash, join(projectFolder, source));
  return hash.digest('hex');
}

function addTo(hash: ReturnType<typeof createHash>, path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory()) {
    hash.update(path.slice(projectFolder.length)).update('\0').update(readFileSync(path));
    return;
  }
  for (const entry of readdirSync(path).sort())
    if (!/\.test\.tsx?$/.test(entry)) addTo(hash, join(path, entry));
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
