/** The lines people paste, run by a real shell against a real repository; the clients are recorders of what they are told. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { clientLines, type ClientLine } from '#lib/trust/client-lines.ts';
import { mirrorOf, newPlace, publishText, temporaryFolder, type Mirror } from '../harness/tuf.ts';

const place = newPlace();
const programs = temporaryFolder();
let mirror: Mirror;
let lines: ClientLine[];

beforeAll(async () => {
  publishText(place, 'trusted');
  mirror = await mirrorOf(place.folder);
  for (const name of ['cosign', 'sigstore', 'npx', 'gitsign', 'git', 'kubectl', 'helm']) {
    const file = join(programs, name);
    writeFileSync(file, `#!/bin/sh\necho "$(basename "$0") $*"\ncase $0 in *kubectl) cat;; esac\n`);
    chmodSync(file, 0o755);
  }
  const caUrl = mirror.url.replace(/\/tuf$/, '');
  const firstRoot = readFileSync(join(place.folder, '1.root.json'));
  lines = clientLines({ caUrl, logUrl: 'http://log.example', firstRoot });
});

async function paste(client: ClientLine['client']): Promise<{ status: number | null; said: string }> {
  const line = lines.find((each) => each.client === client)?.line ?? '';
  const work = temporaryFolder();
  mkdirSync(work, { recursive: true });
  const env = { ...process.env, PATH: `${programs}:${process.env.PATH ?? ''}` };
  const shell = spawn('sh', ['-c', line], { cwd: work, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [shell.stdout, shell.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const status = await new Promise<number | null>((done) => shell.once('close', done));
  return { status, said };
}

describe('the line of', () => {
  it.each([
    [
      'cosign 3',
      /^cosign initialize --mirror http\S+\/tuf --root http\S+\/tuf\/1\.root\.json --root-checksum [0-9a-f]{64}$/m,
    ],
    [
      'cosign 2',
      /^cosign sign-blob --fulcio-url http\S+ --rekor-url http:\/\/log\.example --oidc-issuer http\S+\/oidc/m,
    ],
    ['sigstore-python', /1\.root\.json: OK\nsigstore --instance http\S+\/tuf trust-instance 1\.root\.json$/m],
    [
      'sigstore-js',
      /1\.root\.json: OK\nnpx @sigstore\/cli initialize --mirror http\S+\/tuf --root 1\.root\.json$/m,
    ],
    [
      'gitsign',
      /1\.root\.json: OK\ngitsign initialize[^]*git config --global gitsign\.issuer http\S+\/oidc$/m,
    ],
    ['policy-controller', /^kubectl apply -f -$/m],
    ['Kyverno', /1\.root\.json: OK\nhelm upgrade kyverno[^]*features\.tuf\.mirror=http\S+\/tuf/m],
  ] as const)('%s runs as it stands', async (client, expected) => {
    expect(await paste(client)).toEqual({ status: 0, said: expect.stringMatching(expected) });
  });

  it('policy-controller carries the root itself', async () => {
    const { said } = await paste('policy-controller');
    const applied = JSON.parse(said.slice(said.indexOf('{'))) as { spec: { remote: { root: string } } };
    const root = readFileSync(join(place.folder, '1.root.json'));
    expect(Buffer.from(applied.spec.remote.root, 'base64')).toEqual(root);
  });

  it('a client that checks no digest does not get to run when the mirror shows another root', async () => {
    const stranger = newPlace();
    publishText(stranger, 'stranger');
    mirror.serve(stranger.folder);
    for (const client of ['sigstore-python', 'sigstore-js', 'gitsign', 'Kyverno'] as const) {
      const { status, said } = await paste(client);
      expect(status).not.toBe(0);
      expect(said).not.toMatch(/^(sigstore|npx|gitsign|git|helm) /m);
    }
    rmSync(stranger.folder, { recursive: true });
  });

  it('nobody runs what stands in an address', () => {
    const odd = clientLines({
      caUrl: "http://ca/$(id)'; id",
      logUrl: 'http://log',
      firstRoot: new Uint8Array(),
    });
    expect(odd[0]?.line).toContain(`--mirror 'http://ca/$(id)'\\''; id/tuf'`);
  });
});
