/**
 * Whatever a stranger sends, a parser answers or throws its own error: no other exception, no hang, and no note opens
 * under a key that did not sign its text. Short here; `npm run fuzz` is the long run.
 */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import { BundleError } from '#lib/bundle/bundle.ts';
import { readBundle } from '#lib/bundle/read-bundle.ts';
import { readStatement } from '#lib/bundle/statement.ts';
import { readPublicKey } from '#lib/crypto/public-key.ts';
import { DerError, DerReader } from '#lib/encoding/der-reader.ts';
import { TlsError } from '#lib/encoding/tls-presentation.ts';
import { parseCheckpoint } from '#lib/note/checkpoint.ts';
import { logVerifier } from '#lib/note/log-verifier.ts';
import { NoteError, openNote, parseNote } from '#lib/note/signed-note.ts';
import { PolicyError } from '#lib/policy/policy-error.ts';
import { readPolicy } from '#lib/policy/read-policy.ts';
import { readEntryV1 } from '#lib/rekor/read-entry-v1.ts';
import { HashedRekordError, parseHashedRekord } from '#lib/rekor/hashedrekord.ts';
import { readIdToken } from '#lib/sign/id-token.ts';
import { SignError } from '#lib/sign/sign-error.ts';
import { selectServices } from '#lib/sign/signing-config.ts';
import { readTimestampResponse } from '#lib/timestamp/read-response.ts';
import { TimestampError } from '#lib/timestamp/timestamp-error.ts';
import { readTrustedRoot, TrustedRootError } from '#lib/trust/trusted-root.ts';
import { readCertificate, CertificateError } from '#lib/x509/certificate.ts';
import { subjectAltNames } from '#lib/x509/extensions.ts';
import { readFulcioClaims } from '#lib/x509/fulcio-oids.ts';
import { embeddedScts } from '#lib/x509/sct.ts';
import { casesAreHere, readCase } from './bundle-verify/cases.ts';
import { editDer, derEdits } from './fuzz/der-edits.ts';
import { editJson, edits } from './fuzz/json-edits.ts';
import { bend, splices, text } from './fuzz/splices.ts';
import { numRuns, Survey } from './fuzz/survey.ts';

const bytes = (from: string) => new TextEncoder().encode(from);

const policyText = `sigwatchPolicy: 1
people:
  ann: [{identity: ann@example.com, issuer: https://accounts.example.com}]
groups: {all: [ann, {anyoneAt: example.com, issuer: {glob: '**'}}]}
roles: {releaser: {of: all, where: {ref: {glob: refs/tags/*}, logs: {atLeast: 1}}}}
artifact: {deny: ["sha256:${'0'.repeat(64)}"]}
require: {all: [{atLeast: 1, of: releaser}, {any: [{atLeast: 1, of: ann}]}]}
`;
const idToken = [
  '{"alg":"RS256"}',
  '{"iss":"https://i","sub":"s","exp":1,"email":"a@b.c","email_verified":true}',
  'x',
]
  .map((part) => Buffer.from(part).toString('base64url'))
  .join('.');
const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'a', digest: { sha256: 'ab' } }],
  predicateType: 'x',
};

type Kind = abstract new (...args: never[]) => Error;
type Parser = [
  name: string,
  inputs: fc.Arbitrary<Uint8Array>,
  read: (input: Uint8Array) => unknown,
  ...may: Kind[],
];

/** Bent anywhere, or, every other time, bent as what it is, so that not everything ends at the first bracket or length. */
const asText = (good: Uint8Array) => splices.map((changes) => bend(good, changes));
const asJson = (good: string) =>
  fc.oneof(
    asText(bytes(good)),
    edits.map((list) => editJson(good, list)),
  );
const asJsonOf = (good: object) => asJson(JSON.stringify(good));
const asDer = (good: Uint8Array) =>
  fc.oneof(
    asText(good),
    derEdits.map((list) => editDer(good, list)),
  );

// A skipped description still runs its body, which reads the cases.
if (!casesAreHere) it.skip('a fuzzed parser: the public conformance cases are not beside this checkout');
else describe('a fuzzed', fuzzedParsers);

function fuzzedParsers(): void {
  it.each([...textParsers(), ...derParsers(), ...logParsers()])(
    '%s',
    (name, inputs, read, ...may) => {
      const survey = new Survey();
      const property = fc.property(inputs, (input) => survey.survives(() => read(input), ...may));
      fc.assert(property, { numRuns });
      survey.report(name);
    },
    36_000_000,
  );
}

function textParsers(): Parser[] {
  const given = readCase('rekor2-happy-path');
  const config = readFileSync(
    given.paths.trustedRoot.replace(
      /conformance.*|public-instance.*/,
      'public-instance/signing_config.v0.2.json',
    ),
    'utf8',
  );
  const now = new Date('2026-01-01T00:00:00Z');
  return [
    ['bundle', asJson(given.bundle), (input) => readBundle(text(input)), BundleError],
    [
      'trusted root',
      asJson(given.trustedRoot),
      (input) => readTrustedRoot(JSON.parse(text(input))),
      TrustedRootError,
      SyntaxError,
    ],
    ['policy', asText(bytes(policyText)), (input) => readPolicy(text(input)), PolicyError],
    [
      'policy as JSON',
      asJsonOf({
        sigwatchPolicy: 1,
        people: { ann: [{ identity: 'ann@example.com', issuer: 'https://accounts.example.com' }] },
        require: { atLeast: 1, of: 'ann', where: { maxAgeDays: 3, timestamps: { atLeast: 1 } } },
      }),
      (input) => readPolicy(text(input)),
      PolicyError,
    ],
    ['statement', asJsonOf(statement), (input) => readStatement(input)],
    ['ID token', asText(bytes(idToken)), (input) => readIdToken(text(input)), SignError],
    [
      'signing config',
      asJson(config),
      (input) => selectServices(JSON.parse(text(input)), now),
      SignError,
      SyntaxError,
    ],
  ];
}

function derParsers(): Parser[] {
  const { material, timestamps } = readBundle(readCase('rekor2-happy-path').bundle);
  const leaf = material.kind === 'certificate' ? material.leaf : new Uint8Array(0);
  return [
    ['DER', asDer(leaf), walkDer, DerError],
    ['certificate', asDer(leaf), readCertificate, CertificateError],
    ['names, claims and SCTs of a certificate', asDer(leaf), readAll, CertificateError, TlsError, DerError],
    ['public key', asDer(readCertificate(leaf).spki), readPublicKey, DerError],
    ['timestamp', asDer(timestamps[0] ?? new Uint8Array(0)), readTimestampResponse, TimestampError],
  ];
}

function readAll(input: Uint8Array): unknown {
  const certificate = readCertificate(input);
  subjectAltNames(certificate);
  readFulcioClaims(certificate);
  return embeddedScts(certificate);
}

/** Every element of it, as deep as it goes; a stranger's nesting has no say over our stack. */
function walkDer(input: Uint8Array): boolean {
  const readers = [new DerReader(input)];
  for (let reader = readers.pop(); reader !== undefined; reader = readers.pop()) {
    while (!reader.done) {
      const element = reader.next();
      if ((element.tag & 0x20) !== 0) readers.push(element.inside());
    }
  }
  return true;
}

function logParsers(): Parser[] {
  const given = readCase('rekor2-happy-path');
  const [entry] = readBundle(given.bundle).entries;
  const [entryV1] = readBundle(readCase('happy-path-v0.3').bundle).entries;
  const note = entry?.inclusionProof?.checkpoint ?? '';
  const good = parseNote(note);
  const verifiers = readTrustedRoot(JSON.parse(given.trustedRoot)).tlogs.map(({ origin, publicKey }) =>
    logVerifier(origin, publicKey),
  );
  openNote(note, verifiers);
  return [
    [
      'note',
      asText(bytes(note)),
      (input) => {
        const opened = openNote(text(input), verifiers);
        if (opened.text !== good.text) throw new Error(`a yes to a text nobody signed: ${opened.text}`);
        return opened;
      },
      NoteError,
    ],
    ['checkpoint', asText(bytes(note)), (input) => parseCheckpoint(parseNote(text(input)).text), NoteError],
    ['checkpoint body', asText(bytes(good.text)), (input) => parseCheckpoint(text(input)), NoteError],
    [
      'Rekor v2 entry',
      asJson(text(entry?.canonicalizedBody ?? new Uint8Array(0))),
      parseHashedRekord,
      HashedRekordError,
    ],
    [
      'Rekor v1 entry',
      asJson(text(entryV1?.canonicalizedBody ?? new Uint8Array(0))),
      (input) => readEntryV1(JSON.parse(text(input))),
      SyntaxError,
    ],
  ];
}
