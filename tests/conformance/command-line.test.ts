/** The conformance protocol as a harness runs it: the real command, in a process, judged by its exit code. */
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { casesAreHere, readCase, readCases, type ConformanceCase } from './bundle-verify/cases.ts';

const command = fileURLToPath(new URL('../../lib/cli/sigwatch.mjs', import.meta.url));

function run(...args: string[]): { code: number | null; out: string; complaint: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });
  return { code: status, out: stdout, complaint: stderr };
}

function verifyBundle(given: ConformanceCase, artifact: string): Promise<number | null> {
  return new Promise((leave) => {
    const child = execFile(process.execPath, [command, ...protocolOf(given, artifact)], () =>
      leave(child.exitCode),
    );
  });
}

function protocolOf({ paths, identity, issuer }: ConformanceCase, artifact: string): string[] {
  const signer =
    paths.key === undefined
      ? ['--certificate-identity', identity, '--certificate-oidc-issuer', issuer]
      : ['--key', paths.key];
  const root = ['--trusted-root', paths.trustedRoot];
  return ['verify-bundle', '--bundle', paths.bundle, ...signer, ...root, artifact];
}

it.each([
  ['no command', []],
  ['a command there is not', ['bogus']],
  ['half a command', ['policy']],
  ['another half there is not', ['policy', 'bogus']],
  ['an option given twice', ['verify', 'a', '--bundle', 'b', '--bundle', 'c', '--anyone']],
])('leaves with 2 for %s: 1 would be an answer', (_, args) => {
  expect(run(...args).code).toBe(2);
});

describe.skipIf(!casesAreHere)('verify-bundle', () => {
  it('accepts every happy case and refuses every other, by file', async () => {
    const left = readCases();
    const wrong: string[] = [];
    const takeNext = async (): Promise<void> => {
      for (let given = left.pop(); given !== undefined; given = left.pop())
        if (((await verifyBundle(given, given.paths.artifact)) === 0) === given.mustFail)
          wrong.push(given.name);
    };
    await Promise.all(Array.from({ length: availableParallelism() }, takeNext));
    expect(wrong).toEqual([]);
    // Seventy processes, on a machine that may be busy.
  }, 300_000);

  it('does so by digest, and with another digest refuses', async () => {
    const given = readCase('rekor2-happy-path');
    const digest = createHash('sha256').update(given.artifact).digest('hex');
    expect(await verifyBundle(given, `sha256:${digest}`)).toBe(0);
    expect(
      await verifyBundle(given, `sha256:${digest.replace(/^./, (first) => (first === '0' ? '1' : '0'))}`),
    ).toBe(1);
  });
});

describe.skipIf(!casesAreHere)('verify', () => {
  const given = casesAreHere ? readCase('rekor2-happy-path') : undefined;
  const verify = (...args: string[]) =>
    run(
      'verify',
      given?.paths.artifact ?? '',
      '--bundle',
      given?.paths.bundle ?? '',
      '--trusted-root',
      given?.paths.trustedRoot ?? '',
      ...args,
    );

  it('leaves with 0 for yes, 1 for no and 2 for a wrong command, and says why as JSON', () => {
    const who = ['--identity', given?.identity ?? '', '--issuer', given?.issuer ?? ''];
    const yes = verify(...who, '--json');
    expect(yes.code).toBe(0);
    expect(JSON.parse(yes.out)).toMatchObject({ verdict: 'verified', signer: { identity: given?.identity } });
    const no = verify(...who, '--claim', 'buildTrigger=push', '--json');
    expect(no.code).toBe(1);
    expect(JSON.parse(no.out)).toMatchObject({
      verdict: 'refused',
      failure: { step: 'identity', code: 'claim-mismatch' },
    });
    expect(verify('--identity', 'someone').code).toBe(2);
    expect(verify().code).toBe(2);
    expect(verify('--no-such-option').code).toBe(2);
    expect(run('verify', '/no/such/file', '--bundle', given?.paths.bundle ?? '', '--anyone').code).toBe(2);
  });

  it('refuses what is no bundle in the same JSON', () => {
    const args = ['verify', given?.paths.artifact ?? '', '--bundle', given?.paths.artifact ?? ''];
    const no = run(...args, '--trusted-root', given?.paths.trustedRoot ?? '', '--anyone', '--json');
    expect(no.code).toBe(1);
    expect(JSON.parse(no.out)).toMatchObject({ verdict: 'refused', failure: { code: 'bundle-malformed' } });
  });

  it('prints no colour into a pipe', () => {
    expect(verify('--anyone').out).not.toContain('\u001b');
  });
});
