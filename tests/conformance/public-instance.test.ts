/** Trust in the public instance: where it begins, and that everything it lists can be used to sign and to verify. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { CommandError } from '#lib/cli/exit-codes.ts';
import { loadTrust, type TrustOptions } from '#lib/cli/trust-source.ts';
import { fetchTrustedRoot } from '#lib/server/tuf.ts';
import { selectServices } from '#lib/sign/signing-config.ts';
import { publicInstances } from '#lib/trust/public-instance.ts';
import { temporaryFolder } from '../harness/tuf.ts';

/** The roots that @sigstore/tuf ships, by mirror. */
const seeds = createRequire(import.meta.url)('@sigstore/tuf/seeds.json') as Record<
  string,
  { 'root.json': string }
>;
const { production } = publicInstances;
const theirs = Buffer.from(seeds[production.mirror]?.['root.json'] ?? '', 'base64');
const config = new URL('../../../shared/vectors/public-instance/signing_config.v0.2.json', import.meta.url);

async function codeOf(options: TrustOptions): Promise<number | undefined> {
  try {
    await loadTrust(options, { ca: { url: 'http://localhost:1' }, dataDir: temporaryFolder() } as never);
  } catch (error) {
    if (error instanceof CommandError) return error.code;
    throw error;
  }
  return undefined;
}

describe('the public instance', () => {
  it('begins where the client of Sigstore itself begins', () => {
    expect(createHash('sha256').update(theirs).digest('hex')).toBe(production.firstRoot.sha256);
    const { signed } = JSON.parse(theirs.toString()) as { signed: { version: number } };
    expect(signed.version).toBe(production.firstRoot.version);
  });

  it('is asked for that very root, and not believed with another', async () => {
    const asked: string[] = [];
    const trust = (root: Uint8Array) =>
      fetchTrustedRoot({
        ...production,
        cacheDir: temporaryFolder(),
        read: async (path) => {
          asked.push(path);
          return path === '14.root.json' ? Uint8Array.from(root) : undefined;
        },
      });
    // The true root is taken, and the next thing asked for: the root after it, then the timestamp, which is not there.
    await expect(trust(theirs)).rejects.toMatchObject({ code: 'refused' });
    expect(asked).toEqual(['14.root.json', '15.root.json', 'timestamp.json']);
    await expect(trust(Buffer.concat([theirs, Buffer.from('\n')]))).rejects.toMatchObject({
      code: 'wrong-first-root',
    });
  });

  it('is one answer to whom to believe, and does not go with another', async () => {
    expect(await codeOf({ publicInstance: true, trustedRoot: 'root.json' })).toBe(2);
    expect(await codeOf({ publicInstance: true, tuf: 'http://localhost:1', tufRoot: '0'.repeat(64) })).toBe(
      2,
    );
  });

  it('that does not answer is a service that failed, not a no', async () => {
    expect(await codeOf({ tuf: 'http://localhost:1', tufRoot: '0'.repeat(64) })).toBe(3);
  });

  it.skipIf(!existsSync(config))(
    'has services that we can sign with (its list is beside this checkout)',
    () => {
      const services = selectServices(JSON.parse(readFileSync(config, 'utf8')), new Date());
      expect(services.login).toMatch(/^https:/);
      expect(services.logs.length).toBeGreaterThan(0);
    },
  );
});
