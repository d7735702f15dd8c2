/**
 * An authority ready to sign: its signer and the chain above it, checked at start so that nothing unfit is ever served.
 * The company's own chain (CA_CHAIN_FILE, CA_KEY_FILE) takes the place of the generated one.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyCertificateSignature } from '#lib/crypto/node/certificate-signature.ts';
import { equal } from '#lib/encoding/bytes.ts';
import { fromPem } from '#lib/encoding/pem.ts';
import { keyPassphrase, type Config } from '#lib/server/config.ts';
import { CertificateError, readCertificate, type Certificate } from '#lib/x509/certificate.ts';
import {
  basicConstraints,
  extendedKeyUsages,
  extensionOid,
  hasKeyUsage,
  keyPurpose,
  subjectKeyIdentifier,
} from '#lib/x509/extensions.ts';
import { pkcs11Signer } from './pkcs11-signer.ts';
import { isPkcs11Uri, readPkcs11Uri } from './pkcs11-uri.ts';
import { fileSigner } from './private-key-signer.ts';
import { KeyError, type Signer } from './signer.ts';

export interface Authority {
  readonly signer: Signer;
  /** The certificate of the signer's key. */
  readonly certificate: Certificate;
  /** From that certificate to the self-signed root. */
  readonly chain: readonly Certificate[];
}

export function openCodeSigningAuthority(config: Config, folder: string): Authority {
  const { caChainFile, caKeyFile } = config;
  if ((caChainFile === undefined) !== (caKeyFile === undefined)) {
    throw new KeyError('incomplete-set', 'CA_CHAIN_FILE and CA_KEY_FILE go together: set both or neither.');
  }
  const authority = open(
    caChainFile ?? join(folder, 'chain.pem'),
    caKeyFile ?? join(folder, 'intermediate.key.pem'),
    keyPassphrase(config),
  );
  checkIssuing(authority);
  return authority;
}

export function openTimestampAuthority(config: Config, folder: string): Authority {
  const authority = open(join(folder, 'tsa-chain.pem'), join(folder, 'tsa.key.pem'), keyPassphrase(config));
  const purpose = authority.certificate.extensions.get(extensionOid.extendedKeyUsage);
  const purposes = extendedKeyUsages(authority.certificate);
  const isFit =
    purpose?.critical === true && purposes?.length === 1 && purposes[0] === keyPurpose.timeStamping;
  if (!isFit || basicConstraints(authority.certificate).ca) {
    // RFC 3161 §2.3: "the corresponding certificate MUST contain only one instance of the extended key usage".
    throw new KeyError('unfit-chain', 'The timestamp certificate must be for timestamps alone, critically.');
  }
  return authority;
}

function open(chainFile: string, keyFile: string, passphrase: string | undefined): Authority {
  const chain = readChain(chainFile);
  const [certificate] = chain;
  if (certificate === undefined || chain.length < 2) {
    throw new KeyError(
      'unfit-chain',
      `${chainFile} must hold the issuing certificate first and its root last.`,
    );
  }
  const signer = isPkcs11Uri(keyFile)
    ? pkcs11Signer(readPkcs11Uri(keyFile), certificate.spki)
    : fileSigner(keyFile, passphrase);
  if (!equal(certificate.spki, signer.publicKey)) {
    throw new KeyError(
      'key-chain-mismatch',
      `${keyFile} is not the key of the first certificate in ${chainFile}.`,
    );
  }
  for (const [at, member] of chain.entries()) {
    const issuer = chain[at + 1] ?? member;
    if (!equal(member.issuer, issuer.subject) || !verifyCertificateSignature(member, issuer.spki)) {
      throw new KeyError('unfit-chain', `${chainFile}: certificate ${at + 1} is not signed by the next one.`);
    }
  }
  return { signer, certificate, chain };
}

function readChain(file: string): Certificate[] {
  try {
    const blocks = fromPem(readFileSync(file, 'utf8'));
    if (blocks === undefined || blocks.some(({ label }) => label !== 'CERTIFICATE')) {
      throw new KeyError('unreadable', `${file} must hold PEM certificates and nothing else.`);
    }
    return blocks.map(({ bytes }) => readCertificate(bytes));
  } catch (cause) {
    if (cause instanceof KeyError) throw cause;
    const why = cause instanceof CertificateError ? cause.message : 'it cannot be read';
    throw new KeyError('unreadable', `${file}: ${why}.`, { cause });
  }
}

/** What Fulcio's clients ask of an issuing certificate; better found at start than by every client. */
function checkIssuing({ certificate, chain }: Authority): void {
  if (!basicConstraints(certificate).ca || hasKeyUsage(certificate, 'keyCertSign') !== true) {
    throw new KeyError('unfit-chain', 'The issuing certificate is not an authority.');
  }
  if (extendedKeyUsages(certificate)?.includes(keyPurpose.codeSigning) !== true) {
    throw new KeyError('unfit-chain', 'The issuing certificate lacks the code signing purpose.');
  }
  if (certificate.extensions.get(extensionOid.extendedKeyUsage)?.critical === true) {
    throw new KeyError(
      'unfit-chain',
      'The code signing purpose of the issuing certificate must not be critical.',
    );
  }
  if (subjectKeyIdentifier(certificate) === undefined) {
    throw new KeyError('unfit-chain', 'The issuing certificate has no subject key identifier.');
  }
  if (!chain.every((member) => basicConstraints(member).ca)) {
    throw new KeyError('unfit-chain', 'A certificate of the chain is not an authority.');
  }
}
