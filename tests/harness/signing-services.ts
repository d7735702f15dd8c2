/**
 * Everything a signer needs, in this process and without a network: an authority, a certificate log, a timestamp
 * authority, and a log that speaks Rekor v1 or v2, all with real keys and real proofs. For what the instance does not
 * run (Rekor v1), for benchmarks, and for tests that bend one part and keep the rest.
 */
import { createHash, randomBytes, sign } from 'node:crypto';
import { sha256 } from '#crypto/sha256.ts';
import { promisedBytes } from '#lib/verify/signed-entry-timestamp.ts';
import { fromBase64, toBase64 } from '#lib/encoding/base64.ts';
import { toHex, utf8 } from '#lib/encoding/bytes.ts';
import { implicit, sequence } from '#lib/encoding/der-writer.ts';
import { fromPem, toPem } from '#lib/encoding/pem.ts';
import { leafHash, nodeHash } from '#lib/merkle/leaf-hash.ts';
import { formatCheckpoint } from '#lib/note/checkpoint.ts';
import { logIdOf } from '#lib/note/log-verifier.ts';
import { signNote } from '#lib/note/signed-note.ts';
import { formatHashedRekord } from '#lib/rekor/hashedrekord.ts';
import { readTimestampRequest } from '#lib/timestamp/request.ts';
import { signedAttributes, writeGrantedResponse } from '#lib/timestamp/token.ts';
import { writeTstInfo } from '#lib/timestamp/tst-info.ts';
import { readCertificate, type Certificate } from '#lib/x509/certificate.ts';
import { extensionOid, keyPurpose } from '#lib/x509/extensions.ts';
import { fulcioOid, writeClaim } from '#lib/x509/fulcio-oids.ts';
import { writeName } from '#lib/x509/name.ts';
import { sctListExtension } from '#lib/x509/precertificate.ts';
import { signedEntryBytes, writeSctList } from '#lib/x509/sct.ts';
import type { Send, ServiceAnswer, ServiceRequest } from '#lib/sign/transport.ts';
import {
  algorithm,
  authority,
  certified,
  ecdsa,
  extension,
  from,
  keyUsage,
  newKey,
  newSerial,
  purpose,
  tbs,
  to,
  type Key,
} from './certificate-writing.ts';

export interface ServiceOptions {
  readonly rekorVersion: 1 | 2;
  readonly identity: string;
  readonly issuer: string;
  /** Entries of strangers before each of ours. */
  readonly strangers?: number;
  readonly now?: () => Date;
  /** What checkpoints call their log; its key and its signature line stay those of `log.test`. */
  readonly origin?: string;
}

export class SigningServicesInMemory {
  readonly options: ServiceOptions;
  readonly requests: ServiceRequest[] = [];
  private readonly root = newKey('P-256');
  private readonly issuing = newKey('P-256');
  private readonly ctlog = newKey('P-256');
  private readonly tsaRoot = newKey('P-256');
  private readonly tsa = newKey('P-256');
  private readonly log: Key;
  private readonly issuingName = writeName('test', 'issuing');
  private readonly chain: readonly Uint8Array[];
  private readonly tsaChain: readonly [Certificate, Certificate];
  private readonly leaves: Uint8Array[] = [];
  private readonly known = new Map<string, object>();

  constructor(options: ServiceOptions) {
    this.options = options;
    this.log = newKey(options.rekorVersion === 2 ? 'Ed25519' : 'P-256');
    const [rootName, tsaRootName] = [writeName('test', 'root'), writeName('test', 'tsa root')];
    const self = (name: Uint8Array, key: Key) =>
      certified(tbs(name, name, [from, to], key.spki, [authority, keyUsage(0x06)]), key);
    const issuing = tbs(rootName, this.issuingName, [from, to], this.issuing.spki, [
      authority,
      keyUsage(0x06),
    ]);
    this.chain = [certified(issuing, this.root), self(rootName, this.root)];
    const tsa = tbs(tsaRootName, writeName('test', 'tsa'), [from, to], this.tsa.spki, [
      keyUsage(0x80),
      purpose(keyPurpose.timeStamping, true),
    ]);
    this.tsaChain = [
      readCertificate(certified(tsa, this.tsaRoot)),
      readCertificate(self(tsaRootName, this.tsaRoot)),
    ];
  }

  get trustedRoot(): object {
    const validFor = { start: from.toISOString() };
    const certificates = (list: readonly Uint8Array[]) => ({
      certificates: list.map((der) => ({ rawBytes: toBase64(der) })),
    });
    const log = (baseUrl: string, { spki }: Key, keyDetails: string, logId: Uint8Array) => ({
      baseUrl,
      hashAlgorithm: 'SHA2_256',
      publicKey: { rawBytes: toBase64(spki), keyDetails, validFor },
      logId: { keyId: toBase64(logId) },
    });
    const details = this.options.rekorVersion === 2 ? 'PKIX_ED25519' : 'PKIX_ECDSA_P256_SHA_256';
    return {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [log('https://log.test', this.log, details, this.logId)],
      ctlogs: [log('https://ct.test', this.ctlog, 'PKIX_ECDSA_P256_SHA_256', sha256(this.ctlog.spki))],
      certificateAuthorities: [{ uri: 'https://ca.test', certChain: certificates(this.chain), validFor }],
      timestampAuthorities: [
        {
          uri: 'https://tsa.test',
          certChain: certificates(this.tsaChain.map(({ encoding }) => encoding)),
          validFor,
        },
      ],
    };
  }

  get signingConfig(): object {
    const service = (url: string, majorApiVersion: number) => [
      { url, majorApiVersion, validFor: { start: from.toISOString() }, operator: 'test' },
    ];
    return {
      mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
      caUrls: service('https://ca.test', 1),
      oidcUrls: service(this.options.issuer, 1),
      rekorTlogUrls: service('https://log.test', this.options.rekorVersion),
      rekorTlogConfig: { selector: 'ANY' },
      tsaUrls: this.options.rekorVersion === 2 ? service('https://tsa.test/api/v1/timestamp', 1) : [],
      tsaConfig: { selector: 'ANY' },
    };
  }

  /** An ID token nobody can verify; this authority does not. */
  get idToken(): string {
    const claims = {
      iss: this.options.issuer,
      sub: 's',
      exp: 4_000_000_000,
      email: this.options.identity,
      email_verified: true,
    };
    return ['{}', JSON.stringify(claims), 'x']
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.');
  }

  readonly send: Send = async (request) => {
    this.requests.push(request);
    const { pathname } = new URL(request.url);
    const body = request.body ?? new Uint8Array(0);
    switch (pathname) {
      case '/api/v2/signingCert':
        return json(200, this.certify(parse(body)));
      case '/api/v1/timestamp':
        return { status: 200, body: this.timestamp(body), header: () => undefined };
      case '/api/v2/log/entries':
        return json(201, this.logV2(parse(body)));
      case '/api/v1/log/entries':
        return this.logV1(parse(body));
      default:
        return json(200, this.known.get(pathname) ?? {});
    }
  };

  private get now(): Date {
    return new Date(Math.floor((this.options.now?.() ?? new Date()).getTime() / 1000) * 1000);
  }

  private get logId(): Uint8Array {
    return logIdOf('log.test', this.log.spki);
  }

  private certify(request: { publicKeyRequest: { publicKey: { content: string } } }): object {
    const spki = fromPem(request.publicKeyRequest.publicKey.content)?.[0]?.bytes ?? new Uint8Array(0);
    const { identity, issuer } = this.options;
    const name = identity.includes('://') ? implicit(6, utf8(identity)) : implicit(1, utf8(identity));
    const extensions = [
      keyUsage(0x80),
      purpose(keyPurpose.codeSigning, false),
      extension(extensionOid.subjectAltName, true, sequence(name)),
      extension(fulcioOid('issuerV1'), false, writeClaim('raw', issuer)),
      extension(fulcioOid('issuer'), false, writeClaim('der', issuer)),
    ];
    const { now } = this;
    const valid = [now, new Date(now.getTime() + 600_000)] as const;
    // RFC 6962 §3.1: certificate and precertificate carry one serial number.
    const serial = newSerial();
    const build = (...more: Uint8Array[]) =>
      tbs(this.issuingName, sequence(), valid, spki, [...extensions, ...more], serial);
    const bare = build();
    const timestamp = BigInt(now.getTime());
    const entry = { type: 'precertificate', issuerKeyHash: sha256(this.issuing.spki), tbs: bare } as const;
    const signature = ecdsa(this.ctlog, signedEntryBytes(timestamp, entry, new Uint8Array(0)));
    const sct = { logId: sha256(this.ctlog.spki), timestamp, extensions: new Uint8Array(0), signature };
    const leaf = certified(build(sctListExtension(writeSctList([sct]))), this.issuing);
    const certificates = [leaf, ...this.chain].map((der) => toPem('CERTIFICATE', der));
    return { signedCertificateEmbeddedSct: { chain: { certificates } } };
  }

  private timestamp(der: Uint8Array): Uint8Array {
    const { imprint, nonce } = readTimestampRequest(der);
    const [signer] = this.tsaChain;
    const { now } = this;
    const tstInfo = writeTstInfo(
      { policy: '1.3.6.1.4.1.57264.2', imprint, serial: Uint8Array.of(1), genTime: now, nonce },
      signer.subject,
    );
    const attributes = signedAttributes({ contentDigest: sha256(tstInfo), signingTime: now, signer });
    const signature = ecdsa(this.tsa, attributes);
    return writeGrantedResponse({
      tstInfo,
      signer,
      digest: 'SHA-256',
      attributes,
      signatureAlgorithm: algorithm,
      signature,
      includeCertificate: false,
    });
  }

  private logV2({ hashedRekordRequestV002: { digest, signature } }: RequestV2): object {
    const leaf = formatHashedRekord({
      digestAlgorithm: 'SHA2_256',
      digest: bytes(digest),
      signature: bytes(signature.content),
      verifier: { kind: 'certificate', bytes: bytes(signature.verifier.x509Certificate.rawBytes) },
      keyDetails: signature.verifier.keyDetails,
    });
    const { index, hashes, root, size, checkpoint } = this.append(leaf);
    return {
      logIndex: String(index),
      logId: { keyId: toBase64(this.logId) },
      kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
      integratedTime: '0',
      inclusionPromise: null,
      inclusionProof: {
        logIndex: String(index),
        rootHash: toBase64(root),
        treeSize: String(size),
        hashes: hashes.map(toBase64),
        checkpoint: { envelope: checkpoint },
      },
      canonicalizedBody: toBase64(leaf),
    };
  }

  /** Repeats of the same body are answered as Rekor v1 does: 409 and where the entry is. */
  private logV1(proposed: ProposedEntry): ServiceAnswer {
    const leaf = utf8(JSON.stringify(canonicalV1(proposed)));
    const id = `0000000000000001${toHex(leafHash(leaf))}`;
    const path = `/api/v1/log/entries/${id}`;
    if (this.known.has(path)) return { ...json(409, { message: 'there already' }), header: () => path };
    const { index, hashes, root, size, checkpoint } = this.append(leaf, ' - 1');
    const integratedTime = BigInt(this.now.getTime() / 1000);
    const logIndex = BigInt(index) + 1000n;
    const promise = ecdsa(
      this.log,
      promisedBytes({ canonicalizedBody: leaf, logId: this.logId, logIndex }, integratedTime),
    );
    const inclusionProof = {
      checkpoint,
      hashes: hashes.map(toHex),
      logIndex: index,
      rootHash: toHex(root),
      treeSize: size,
    };
    const entry = {
      body: toBase64(leaf),
      integratedTime: Number(integratedTime),
      logID: toHex(this.logId),
      logIndex: Number(logIndex),
      verification: { inclusionProof, signedEntryTimestamp: toBase64(promise) },
    };
    this.known.set(path, { [id]: entry });
    return json(201, { [id]: entry });
  }

  /** The whole tree is recomputed: it is small. */
  private append(leaf: Uint8Array, originSuffix = '') {
    for (let at = 0; at < (this.options.strangers ?? 3); at++) this.leaves.push(sha256(randomBytes(8)));
    this.leaves.push(leafHash(leaf));
    const index = this.leaves.length - 1;
    const { root, path } = pathOf(this.leaves, index);
    const origin = this.options.origin ?? `log.test${originSuffix}`;
    const text = formatCheckpoint({ origin, size: BigInt(this.leaves.length), root });
    const isV2 = this.options.rekorVersion === 2;
    const signNow = (message: Uint8Array) =>
      Uint8Array.from(sign(isV2 ? null : 'sha256', message, this.log.secret));
    const checkpoint = signNote(text, [{ name: 'log.test', keyId: this.logId.slice(0, 4), sign: signNow }]);
    return { index, hashes: path, root, size: this.leaves.length, checkpoint };
  }
}

interface RequestV2 {
  readonly hashedRekordRequestV002: {
    readonly digest: string;
    readonly signature: {
      readonly content: string;
      readonly verifier: {
        readonly keyDetails: string;
        readonly x509Certificate: { readonly rawBytes: string };
      };
    };
  };
}

interface ProposedEntry {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: Record<string, unknown>;
}

/** As Rekor v1 writes its leaf: a hashedrekord as it came, of a dsse the hashes and signatures alone; keys in order. */
function canonicalV1({ apiVersion, kind, spec }: ProposedEntry): object {
  if (kind !== 'dsse') return { apiVersion, kind, spec };
  const { envelope, verifiers } = spec.proposedContent as { envelope: string; verifiers: string[] };
  const { payload, signatures } = JSON.parse(envelope) as { payload: string; signatures: { sig: string }[] };
  const hash = (data: Uint8Array | string) => ({
    algorithm: 'sha256',
    value: createHash('sha256').update(data).digest('hex'),
  });
  return {
    apiVersion,
    kind,
    spec: {
      envelopeHash: hash(envelope),
      payloadHash: hash(bytes(payload)),
      signatures: [{ signature: signatures[0]?.sig, verifier: verifiers[0] }],
    },
  };
}

/** RFC 6962 §2.1 and §2.1.1 as they are written, to stand beside the code under test. */
function pathOf(leaves: readonly Uint8Array[], index: number): { root: Uint8Array; path: Uint8Array[] } {
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return { root: only, path: [] };
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  const inLeft = index < split;
  const [own, other] = inLeft
    ? [pathOf(left, index), pathOf(right, 0)]
    : [pathOf(right, index - split), pathOf(left, 0)];
  const root = inLeft ? nodeHash(own.root, other.root) : nodeHash(other.root, own.root);
  return { root, path: [...own.path, other.root] };
}

function bytes(base64: string): Uint8Array {
  return fromBase64(base64) ?? new Uint8Array(0);
}

function parse<T>(body: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(body)) as T;
}

function json(status: number, value: object): ServiceAnswer {
  return { status, body: utf8(JSON.stringify(value)), header: () => undefined };
}
