/** Entries as an archive that stands without us: each with its proof, the trust root, and a program that checks them offline. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { utf8 } from '#lib/encoding/bytes.ts';
import { writeZip, type ZipFile } from '#lib/encoding/zip.ts';
import { writeEvidence } from '#lib/verify/evidence.ts';
import type { Dependencies } from '../dependencies.ts';
import type { LoggedEntry } from '../e/store.ts';

const checker = readFileSync(new URL('verify-offline.mjs', import.meta.url));

type Reads = Pick<Dependencies, 'prisma' | 'proveEntry' | 'now' | 'config'>;

/** What could not be proved just now is named in README.txt, and nothing else is said of it. */
export async function evidenceArchive(
  deps: Reads,
  about: string,
  entries: readonly LoggedEntry[],
): Promise<Uint8Array> {
  const files: ZipFile[] = [];
  const unproved: string[] = [];
  for (const entry of entries) {
    const name = `${entry.signing.log}-${entry.signing.index}`;
    const evidence = await proved(deps, entry);
    if (evidence === undefined) unproved.push(name);
    else files.push({ path: `entries/${name.replace(/[^\w.-]/g, '_')}.json`, bytes: utf8(evidence) });
  }
  const root = await deps.prisma.monitorTrustedRoot.findFirst();
  if (root !== null) files.push({ path: 'trusted_root.json', bytes: utf8(root.json) });
  files.push({ path: 'README.txt', bytes: utf8(readMe(deps, about, files, unproved)) });
  files.push({ path: 'verify.mjs', bytes: new Uint8Array(checker) });
  const sums = files.map(({ path, bytes }) => `${sha256(bytes)}  ${path}\n`);
  return writeZip([...files, { path: 'SHA256SUMS', bytes: utf8(sums.join('')) }], deps.now());
}

async function proved(deps: Reads, { log, signing, leafHash }: LoggedEntry): Promise<string | undefined> {
  if (log.verifiedCheckpoint === null) return undefined;
  const claim = { index: BigInt(signing.index), head: log.verifiedCheckpoint, leafHash };
  const proof = await deps.proveEntry(log, claim);
  return proof.outcome === 'proved' ? writeEvidence({ log, claim, proof }, {}) : undefined;
}

function readMe(
  { config, now }: Reads,
  about: string,
  files: readonly ZipFile[],
  unproved: readonly string[],
): string {
  const count = files.filter(({ path }) => path.startsWith('entries/')).length;
  return [
    about,
    `From ${config.web.url} at ${now().toISOString()}.`,
    '',
    `entries/           ${count} log entries, each with its audit path and the checkpoint the log signed`,
    'trusted_root.json  the keys of the logs and the authorities, as this site knew them',
    'verify.mjs         checks all of it without a network: node verify.mjs [key of the log]',
    'SHA256SUMS         of every file here: sha256sum -c SHA256SUMS',
    ...(unproved.length === 0 ? [] : ['', `Could not be proved just now: ${unproved.join(', ')}`]),
    '',
  ].join('\n');
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function archiveAnswer(archive: Uint8Array<ArrayBufferLike>, name: string): Response {
  return new Response(new Uint8Array(archive), {
    headers: {
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="${name.replace(/[^\w.@-]/g, '_').slice(0, 100)}.zip"`,
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex, nofollow',
    },
  });
}
