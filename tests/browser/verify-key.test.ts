/**
 * What somebody signed with a key of theirs and no login, verified on /verify: a bundle that a client made against the public
 * instance. Genuine it passes, with script and without; bent, it is refused at the step that was bent.
 */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { ephemeralKey } from '#lib/cli/ephemeral-key.ts';
import { toPem } from '#lib/encoding/pem.ts';
import { launchBrowser } from '#tests/harness/browser.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { startWeb } from './web.ts';

const vectors = fileURLToPath(new URL('../../../shared/vectors/', import.meta.url));
const publicRoot = join(vectors, 'public-instance/trusted_root.json');
const place = join(vectors, 'conformance/bundle-verify/managed-key-happy-path');
const areHere = existsSync(publicRoot) && existsSync(place);

describe.skipIf(!areHere)(
  'a bundle signed with a key (needs the public vectors beside the project)',
  async () => {
    if (!areHere) return;
    const { url } = await freshDatabase();
    const web = await startWeb(url, { PUBLIC_TRUSTED_ROOT_FILE: publicRoot });
    const browser = await launchBrowser();
    afterAll(() => browser.close());
    const folder = mkdtempSync(join(tmpdir(), 'sigwatch-key-'));
    const bundle = readFileSync(join(place, 'bundle.sigstore.json'), 'utf8');
    const key = readFileSync(join(place, 'key.pub'), 'utf8');
    const otherKey = toPem('PUBLIC KEY', ephemeralKey().spki);
    const file = join(vectors, 'conformance/a.txt');
    const given = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };

    /** One bit of the last bytes of what is in base64 there. */
    function bent(after: RegExp): string {
      const changed = bundle.replace(
        new RegExp(`(${after.source}\\s*:\\s*\\[?\\s*")([^"]+)"`),
        (_, before: string, text: string) => {
          const bytes = Buffer.from(text, 'base64');
          bytes[bytes.length - 2] = (bytes[bytes.length - 2] ?? 0) ^ 1;
          return `${before}${bytes.toString('base64')}"`;
        },
      );
      expect(changed).not.toBe(bundle);
      return changed;
    }

    async function verify(javaScriptEnabled: boolean, text: string, typedKey: string, typedFile = file) {
      const context = await browser.newContext({ baseURL: web.url, javaScriptEnabled });
      const page = await context.newPage();
      page.setDefaultTimeout(30_000);
      await page.goto('/verify', { waitUntil: 'networkidle' });
      await page.getByLabel('The file', { exact: true }).setInputFiles(typedFile);
      await page.getByLabel('Its bundle', { exact: true }).setInputFiles(given('b.sigstore.json', text));
      await page.getByLabel('With a key of theirs').check();
      await page.getByLabel('Or the text of the key').fill(typedKey);
      await page.getByLabel('The public instance of Sigstore').first().check();
      await page.getByRole('button', { name: 'Verify', exact: true }).click();
      await page
        .getByRole('heading', { level: 1, name: /It (?:is what they signed|does not verify)/ })
        .waitFor();
      const said = await page.locator('main').innerText();
      await context.close();
      return said;
    }

    it.each([true, false])('passes, with script: %s', async (script) => {
      const said = await verify(script, bundle, key);
      expect(said).toContain('It is what they signed');
      expect(said).toContain('file unchanged');
    });

    it.each<[string, string, string, string | undefined, RegExp]>([
      ['under another key', bundle, otherKey, undefined, /Refused[\s\S]*/],
      [
        'over another file',
        bundle,
        key,
        given('other.txt', 'other'),
        /Whether the file is what was signed[\s\S]*artifact-mismatch/,
      ],
      ['with a bent signature', bent(/"signature"/), key, undefined, /Refused[\s\S]*/],
      [
        'with a bent audit path',
        bent(/"hashes"/),
        key,
        undefined,
        /Whether the public log has it[\s\S]*inclusion-proof-invalid/,
      ],
    ])('is refused %s, at its step', async (_, text, typedKey, typedFile, words) => {
      const said = await verify(true, text, typedKey, typedFile);
      expect(said).toContain('It does not verify');
      expect(said).not.toContain('file unchanged');
      expect(said).toMatch(words);
    });
  },
);
