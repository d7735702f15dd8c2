/**
 * What the repository carries: the two files that today's clients read, and the files by name that clients from before
 * trusted_root.json look for. They find them by `usage`, and some by name.
 */
import { fromBase64 } from '#lib/encoding/base64.ts';
import { utf8 } from '#lib/encoding/bytes.ts';
import { toPem, type PemLabel } from '#lib/encoding/pem.ts';
import type { KnownAuthority } from '../known-authorities.ts';
import type { KnownLog } from '../known-logs.ts';
import { isComplete, signingConfig, trustedRoot, type TrustMaterial } from '../publish.ts';
import type { PublishedFile } from './metadata.ts';

/** Nothing until there is something whole to publish. */
export function targetFiles(material: TrustMaterial, now: Date): PublishedFile[] {
  if (!isComplete(material)) return [];
  const ofKind = (kind: KnownLog['kind']) => material.logs.filter((log) => log.kind === kind);
  return [
    { name: 'trusted_root.json', bytes: json(trustedRoot(material)) },
    { name: 'signing_config.v0.2.json', bytes: json(signingConfig(material, now)) },
    // The plain name goes to version 1, which is what clients that look for it can verify.
    ...logKeys([...ofKind('rekor-v1'), ...ofKind('rekor-v2')], 'rekor', 'Rekor'),
    ...logKeys(ofKind('ct'), 'ctfe', 'CTFE'),
    ...authorityChains(material),
    ...timestampChain(material),
  ];
}

function json(value: object): Uint8Array {
  return utf8(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** The oldest has the plain name that everybody knows; the later ones are found by their usage. */
function logKeys(logs: readonly KnownLog[], name: string, usage: string): PublishedFile[] {
  return logs.map(({ publicKey, baseUrl, validFor }, at) => ({
    name: numbered(`${name}.pub`, at),
    bytes: pem('PUBLIC KEY', publicKey),
    custom: { sigstore: { usage, status: statusOf(validFor), uri: baseUrl } },
  }));
}

function authorityChains({ authorities, config }: TrustMaterial): PublishedFile[] {
  const chains = authorities.filter(({ kind }) => kind === 'code-signing');
  const file = (name: string) => (der: string, at: number) => ({
    name: numbered(name, at),
    bytes: pem('CERTIFICATE', der),
    custom: { sigstore: { usage: 'Fulcio', status: 'Active', uri: config.ca.url } },
  });
  const roots = new Set(chains.flatMap(({ chain }) => chain.slice(-1)));
  const intermediates = new Set(chains.flatMap(({ chain }) => chain.slice(0, -1)));
  return [
    ...[...roots].map(file('fulcio_v1.crt.pem')),
    ...[...intermediates].map(file('fulcio_intermediate_v1.crt.pem')),
  ];
}

/** The one in use: clients of that age refuse two timestamp certificates. */
function timestampChain({ authorities, config }: TrustMaterial): PublishedFile[] {
  const chain = authorities.findLast(({ kind }) => kind === 'timestamps')?.chain ?? [];
  return chain.map((der, at) => ({
    name: timestampName(at, chain.length),
    bytes: pem('CERTIFICATE', der),
    custom: { sigstore: { usage: 'TSA', status: 'Active', uri: `${config.ca.url}/api/v1/timestamp` } },
  }));
}

function timestampName(at: number, length: number): string {
  if (at === 0) return 'tsa_leaf.crt.pem';
  return at === length - 1 ? 'tsa_root.crt.pem' : `tsa_intermediate_${at - 1}.crt.pem`;
}

function numbered(name: string, at: number): string {
  return at === 0 ? name : name.replace('.', `_${at + 1}.`);
}

function statusOf({ end }: KnownAuthority['validFor']): string {
  return end === undefined ? 'Active' : 'Expired';
}

function pem(label: PemLabel, base64: string): Uint8Array {
  return utf8(toPem(label, fromBase64(base64) ?? new Uint8Array()));
}
