/**
 * The verifier: how long one bundle takes when warm, how many a second the library verifies on one thread, how long the
 * command takes from nothing to its answer, and how much a browser has to load. The bundle is made here, by an authority,
 * a log and a timestamp authority of the same code that the services run (P-256 and Ed25519 throughout, as ours are).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { readBundle } from '#lib/bundle/read-bundle.ts';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { artifactOfBytes } from '#lib/verify/artifact.ts';
import { verifyBundle } from '#lib/verify/verify-bundle.ts';
import { makeSigned, type SignedMaterial } from './client/material.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
const command = join(project, 'lib/cli/sigwatch.mjs');
const rounds = 5;
const perRound = 400;

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
const rounded = (value: number, digits: number) => Number(value.toFixed(digits));

/** Everything a verification does, the reading of the bundle included; the trusted root is read once. */
async function verifyMs(material: SignedMaterial): Promise<{ ms: number; errors: number }> {
  const trustedRoot = readTrustedRoot(JSON.parse(material.trustedRoot));
  const { identity, issuer } = material;
  const signer = {
    kind: 'identity',
    identity: { kind: 'exact', text: identity },
    issuer: { kind: 'exact', text: issuer },
  } as const;
  let errors = 0;
  const verifyOne = async () => {
    const artifact = artifactOfBytes(material.artifact);
    const options = { trustedRoot, expected: { signer } };
    const { verdict } = await verifyBundle(readBundle(material.bundle), artifact, options);
    if (verdict !== 'verified') errors++;
  };
  for (let at = 0; at < 100; at++) await verifyOne();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    for (let at = 0; at < perRound; at++) await verifyOne();
    times.push((performance.now() - started) / perRound);
  }
  return { ms: median(times), errors };
}

/** From the start of the process to its end, after a first run that makes the ready-made file. */
function coldStartMs(material: SignedMaterial): { ms: number; errors: number } {
  const folder = mkdtempSync(join(tmpdir(), 'sigwatch-bench-'));
  const place = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const args = [
    'verify',
    place('artifact', material.artifact),
    '--bundle',
    place('bundle.json', material.bundle),
    '--trusted-root',
    place('trusted_root.json', material.trustedRoot),
    '--identity',
    material.identity,
    '--issuer',
    material.issuer,
  ];
  let errors = 0;
  const run = () => {
    const started = performance.now();
    if (spawnSync(process.execPath, [command, ...args]).status !== 0) errors++;
    return performance.now() - started;
  };
  run();
  const ms = median(Array.from({ length: 9 }, run));
  rmSync(folder, { recursive: true });
  return { ms, errors };
}

/** What a page needs to read a bundle and a trusted root and to verify, as one minified script, gzipped. */
async function browserKb(): Promise<number> {
  const { outputFiles } = await build({
    absWorkingDir: project,
    stdin: {
      contents: `export { readBundle } from './lib/bundle/read-bundle.ts';
        export { readTrustedRoot } from './lib/trust/trusted-root.ts';
        export { artifactOfBytes } from './lib/verify/artifact.ts';
        export { verifyBundle } from './lib/verify/verify-bundle.ts';`,
      resolveDir: project,
      loader: 'ts',
    },
    bundle: true,
    minify: true,
    write: false,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
  });
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length / 1000;
}

const material = await makeSigned();
const verified = await verifyMs(material);
const started = coldStartMs(material);
process.stdout.write(
  `${JSON.stringify({
    bench: 'client',
    hardware: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version },
    settings: { rounds, perRound, threads: 1, signatures: 'ECDSA P-256, Ed25519 checkpoint' },
    figures: {
      verifyMs: rounded(verified.ms, 2),
      bundlesPerSecond: Math.round(1000 / verified.ms),
      coldStartMs: Math.round(started.ms),
      browserKb: rounded(await browserKb(), 1),
    },
    errors: verified.errors + started.errors,
  })}\n`,
);
