/**
 * Other people's clients against our authority and log: what they sign verifies with ours, what we sign with theirs, and
 * neither believes it for another file. They are looked for in PATH (`npm run test:clients` says how to get them).
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSigningPlace, run, type Ran, type SigningPlace } from '#tests/harness/signing-place.ts';

const isThere = (program: string, arg: string) => spawnSync(program, [arg]).status === 0;
const [hasCosign, hasPython] = [isThere('cosign', 'version'), isThere('sigstore', '--version')];
const email = 'ada@example.com';
const predicateType = 'https://slsa.dev/provenance/v1';

let instance: SigningPlace;
const place = (name: string) => instance.place(name);
const quiet = (program: string, args: readonly string[]) =>
  run(program, args, { env: { NO_COLOR: '1', COSIGN_YES: 'true' } });

// Without any of them nothing is started.
const start = async () => void (instance ??= await openSigningPlace());
afterAll(() => (instance as SigningPlace | undefined)?.close());

const files = () => ({
  trustedRoot: place('trusted_root.json'),
  signingConfig: place('signing_config.v0.2.json'),
});

async function weSign(file: string, ...more: string[]): Promise<string> {
  const bundle = `${file}.ours.json`;
  const as = ['--yes', '--identity-token', await instance.token(email), '--bundle', bundle];
  const signed = await instance.sigwatch([
    'sign',
    file,
    ...as,
    '--trusted-root',
    files().trustedRoot,
    ...more,
  ]);
  expect(signed).toMatchObject({ code: 0, complaint: '' });
  return bundle;
}

function weVerify(file: string, bundle: string, ...more: string[]): Promise<Ran> {
  const who = ['--identity', email, '--issuer', instance.issuer.url];
  const trust = ['--trusted-root', files().trustedRoot];
  return instance.sigwatch(['verify', file, '--bundle', bundle, ...who, ...trust, ...more]);
}

function newFile(name: string, content = name): string {
  writeFileSync(place(name), content);
  return place(name);
}

function newPredicate(): string {
  return newFile('predicate.json', JSON.stringify({ buildDefinition: {}, runDetails: {} }));
}

describe.skipIf(!hasCosign)(`cosign${hasCosign ? '' : ' (skipped: not in PATH)'}`, () => {
  beforeAll(start);
  const who = () => ['--certificate-identity', email, '--certificate-oidc-issuer', instance.issuer.url];
  const services = async () => {
    const token = ['--identity-token', await instance.token(email), '--yes'];
    return ['--trusted-root', files().trustedRoot, '--signing-config', files().signingConfig, ...token];
  };
  const trust = () => ['--trusted-root', files().trustedRoot];

  it('signs a file that we verify', async () => {
    const [file, bundle] = [newFile('cosign.txt'), place('cosign.json')];
    expect(
      await quiet('cosign', ['sign-blob', '--bundle', bundle, ...(await services()), file]),
    ).toMatchObject({
      code: 0,
    });
    expect((await weVerify(file, bundle)).code).toBe(0);
    expect((await weVerify(newFile('other.txt'), bundle)).code).toBe(1);
  });

  it('signs an attestation that we verify', async () => {
    const [file, bundle] = [newFile('cosign-attested.txt'), place('cosign-attested.json')];
    const about = ['--predicate', newPredicate(), '--type', 'slsaprovenance1'];
    expect(
      await quiet('cosign', ['attest-blob', '--bundle', bundle, ...about, ...(await services()), file]),
    ).toMatchObject({ code: 0 });
    expect((await weVerify(file, bundle, '--predicate-type', predicateType)).code).toBe(0);
    expect((await weVerify(file, bundle, '--predicate-type', 'https://spdx.dev/Document')).code).toBe(1);
  });

  it.each(['1', '2'])('verifies what we signed, Rekor v%s', async (version) => {
    const file = newFile(`for-cosign-${version}.txt`);
    const bundle = await weSign(file, '--rekor-version', version);
    const verify = (artifact: string) =>
      quiet('cosign', ['verify-blob', '--bundle', bundle, ...trust(), ...who(), artifact]);
    expect(await verify(file)).toMatchObject({ code: 0 });
    expect((await verify(newFile('other.txt'))).code).not.toBe(0);
  });

  it('verifies our attestation', async () => {
    const file = newFile('attested-for-cosign.txt');
    const bundle = await weSign(file, '--attest', newPredicate(), '--predicate-type', predicateType);
    const kind = ['--type', 'slsaprovenance1'];
    const args = ['verify-blob-attestation', '--bundle', bundle, ...trust(), ...who(), ...kind, file];
    expect(await quiet('cosign', args)).toMatchObject({ code: 0 });
  });
});

describe.skipIf(!hasPython)(`sigstore-python${hasPython ? '' : ' (skipped: not in PATH)'}`, () => {
  beforeAll(start);
  const config = () => {
    const json = (name: string) => JSON.parse(readFileSync(name, 'utf8')) as unknown;
    return newFile(
      'client_trust_config.json',
      JSON.stringify({
        mediaType: 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json',
        trustedRoot: json(files().trustedRoot),
        signingConfig: json(files().signingConfig),
      }),
    );
  };

  it.each(['1', '2'])('signs a file that we verify, Rekor v%s', async (version) => {
    const [file, bundle] = [newFile(`python-${version}.txt`), place(`python-${version}.json`)];
    const as = ['--identity-token', await instance.token(email), '--rekor-version', version];
    const args = ['--trust-config', config(), 'sign', '--bundle', bundle, '--overwrite', ...as, file];
    expect(await quiet('sigstore', args)).toMatchObject({ code: 0 });
    expect((await weVerify(file, bundle)).code).toBe(0);
    expect((await weVerify(newFile('other.txt'), bundle)).code).toBe(1);
  });

  it.each(['1', '2'])('verifies what we signed, Rekor v%s', async (version) => {
    const file = newFile(`for-python-${version}.txt`);
    const bundle = await weSign(file, '--rekor-version', version);
    const verifying = ['--trust-config', config(), 'verify', 'identity', '--bundle'];
    const who = ['--cert-identity', email, '--cert-oidc-issuer', instance.issuer.url];
    const verify = (artifact: string) => quiet('sigstore', [...verifying, bundle, ...who, artifact]);
    expect(await verify(file)).toMatchObject({ code: 0 });
    expect((await verify(newFile('other.txt'))).code).not.toBe(0);
  });
});
