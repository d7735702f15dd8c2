#!/usr/bin/env node
// Node runs this file. Commands that only verify or sign come from one ready-made file; tsx runs the TypeScript of the rest.
import { pathToFileURL } from 'node:url';

const clientCommands = [
  'verify',
  'verify-bundle',
  'sign',
  'sign-bundle',
  'policy',
  'search',
  'watch',
  'alerts',
  'intent',
  'freeze',
];

async function readyMade() {
  if (!clientCommands.includes(process.argv[2] ?? '')) return undefined;
  const { oneFile } = await import('../server/one-file.mjs');
  return oneFile({ name: 'client', entry: 'lib/cli/client.ts', external: ['tuf-js', 'tuf-js/*'] });
}

const bundle = await readyMade();
if (bundle === undefined) {
  const { register } = await import('tsx/esm/api');
  register();
  await import('./main.ts');
} else {
  await import(pathToFileURL(bundle).href);
}
