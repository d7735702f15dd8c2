/** The workers process as one file, and one for its threads, with their packages beside them: what is started a thousand times must not be translated each time. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** Two levels below `folder`, where the sources lie that look for prisma/sql. */
export async function workersAsOneFile(folder: string): Promise<string> {
  const place = join(folder, 'program', 'workers', 'match');
  mkdirSync(place, { recursive: true });
  for (const name of ['prisma', 'node_modules'])
    symlinkSync(join(project, name), join(folder, 'program', name));
  await build({
    absWorkingDir: project,
    entryPoints: { main: 'workers/main.ts', 'indexing-thread': 'workers/match/indexing-thread.ts' },
    outdir: place,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
  });
  return join(place, 'main.mjs');
}
