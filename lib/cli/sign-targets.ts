/** From what was named on the command line to what gets signed: a file, standard input, a folder, an attestation. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { inTotoPayloadType, readStatement, statementType } from '#lib/bundle/statement.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { artifactOfBytes, artifactOfDigests, type Artifact } from '#lib/verify/artifact.ts';
import { CommandError, exitCode } from './exit-codes.ts';
import { fileSize, readArtifact, readJson, readSmall } from './read-input.ts';
import type { SignTarget } from './sign.ts';

export interface Attestation {
  readonly predicate: string;
  readonly predicateType: string;
}

export function blobTarget(name: string, bundlePath: string | undefined): SignTarget {
  if (name !== '-' && isFolder(name)) return manifestTarget(name, bundlePath);
  const bytes = readBytes(name);
  return {
    name,
    toSign: { kind: 'message', bytes },
    artifact: artifactOfBytes(bytes),
    bundlePath: bundlePath ?? (name === '-' ? undefined : `${name}.sigstore.json`),
  };
}

/** A folder is signed by its manifest, which `sha256sum --check` reads: every file by digest and path, in order. */
function manifestTarget(folder: string, bundlePath: string | undefined): SignTarget {
  const manifestPath = `${resolve(folder)}.sha256`;
  const lines = filesBelow(folder).map((path) => {
    const inside = relative(folder, path).split(sep).join('/');
    if (/[\n\r\\]/.test(inside)) throw usage(`${inside}: a name with a line break cannot be in a manifest`);
    return `${createHash('sha256').update(readFileSync(path)).digest('hex')}  ${basename(resolve(folder))}/${inside}\n`;
  });
  if (lines.length === 0) throw usage(`${folder} holds no file`);
  writeFileSync(manifestPath, lines.join(''));
  return blobTarget(manifestPath, bundlePath);
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    if (entry.isFile()) return [path];
    throw usage(`${path} is neither a file nor a folder, so a manifest cannot vouch for it`);
  });
}

/** An in-toto statement about the file, around the predicate that was given. */
export function attestationTarget(
  name: string,
  { predicate, predicateType }: Attestation,
  bundlePath: string | undefined,
): SignTarget {
  if (!isTypeUri(predicateType)) throw usage(`--predicate-type ${predicateType} is not a URI`);
  const artifact = readArtifact(name);
  const sha256 = artifact.digest('SHA-256');
  if (sha256 === undefined) throw usage('an attestation is about a sha256');
  const statement = {
    _type: statementType,
    subject: [{ name: basename(name), digest: { sha256: toHex(sha256) } }],
    predicateType,
    predicate: readJson(predicate),
  };
  return {
    name,
    toSign: { kind: 'envelope', payloadType: inTotoPayloadType, payload: utf8(JSON.stringify(statement)) },
    artifact,
    bundlePath: bundlePath ?? `${name.replace(':', '-')}.attestation.sigstore.json`,
  };
}

/** in-toto's TypeURI (RFC 3986 §4.3): a scheme, something after it, and nothing a URI cannot hold. */
function isTypeUri(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:[\w.~:/?#[\]@!$&'()*+,;=%-]+$/.test(text) && URL.canParse(text);
}

/** A statement as somebody else made it. */
export function statementTarget(name: string, bundlePath: string | undefined): SignTarget {
  const payload = readBytes(name);
  const statement = readStatement(payload);
  if (statement === undefined) throw usage(`${name} is no in-toto statement`);
  return {
    name,
    toSign: { kind: 'envelope', payloadType: inTotoPayloadType, payload },
    artifact: subjectOf(statement.subjects[0]?.digests),
    bundlePath: bundlePath ?? `${name}.sigstore.json`,
  };
}

function subjectOf(digests: ReadonlyMap<string, Uint8Array> | undefined): Artifact {
  const [sha256, sha384, sha512] = ['sha256', 'sha384', 'sha512'].map((name) => digests?.get(name));
  return artifactOfDigests({
    ...(sha256 && { 'SHA-256': sha256 }),
    ...(sha384 && { 'SHA-384': sha384 }),
    ...(sha512 && { 'SHA-512': sha512 }),
  });
}

function readBytes(name: string): Uint8Array {
  if (name !== '-') fileSize(name);
  return new Uint8Array(readSmall(name, Infinity));
}

function isFolder(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() === true;
}

function usage(message: string): CommandError {
  return new CommandError(exitCode.usage, message);
}
