/** From what was named on the command line to what gets signed: a file, standard input, a folder, an attestation. */
import { writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { inTotoPayloadType, readStatement, statementType } from '#lib/bundle/statement.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { artifactOfBytes, artifactOfDigests, type Artifact } from '#lib/verify/artifact.ts';
import { CommandError, exitCode } from './exit-codes.ts';
import { isFolder, manifestOf } from './manifest.ts';
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

function manifestTarget(folder: string, bundlePath: string | undefined): SignTarget {
  const manifestPath = `${resolve(folder)}.sha256`;
  writeFileSync(manifestPath, manifestOf(folder));
  return blobTarget(manifestPath, bundlePath);
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

function usage(message: string): CommandError {
  return new CommandError(exitCode.usage, message);
}
