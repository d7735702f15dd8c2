/**
 * The bundled scripts of app/client as they were built: each under an address that names its content, with a hash that its
 * tag states, so that nothing else can run in its place. A page asks for one by an element with data-script="NAME".
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';

export interface ClientScript {
  readonly name: string;
  readonly path: string;
  readonly integrity: string;
  readonly type: string;
  readonly bytes: Buffer;
  readonly brotli: () => Buffer;
  /** Whom it may ask: this site alone, our authority too, or logs and authorities wherever they are. */
  readonly asks: 'own' | 'authority' | 'any';
}

const asks: Readonly<Record<string, ClientScript['asks']>> = {
  'verify-entry': 'any',
  'verify-file': 'authority',
  'sign-here': 'any',
  'find-name': 'own',
  'try-api': 'own',
  passkey: 'own',
  inbox: 'own',
  'own-zone': 'own',
  copy: 'own',
};

const folder = new URL('../.next/client/', import.meta.url);

export const clientScripts: readonly ClientScript[] = Object.keys(asks).flatMap((name) => {
  const file = new URL(`${name}.js`, folder);
  return existsSync(file) ? [describe(name, readFileSync(file))] : [];
});

function describe(name: string, bytes: Buffer): ClientScript {
  const digest = createHash('sha256').update(bytes).digest();
  let small: Buffer | undefined;
  return {
    type: 'text/javascript; charset=utf-8',
    brotli: () => (small ??= brotliCompressSync(bytes)),
    name,
    path: `/script/${digest.toString('hex').slice(0, 16)}.js`,
    integrity: `sha256-${digest.toString('base64')}`,
    bytes,
    asks: asks[name] ?? 'own',
  };
}

/** React escapes quotes in every text, so the marker is in a tag of ours. */
export function scriptsOf(html: string, scripts = clientScripts): ClientScript[] {
  return scripts.filter(({ name }) => html.includes(` data-script="${name}"`));
}

export function withScripts(html: string, scripts: readonly ClientScript[], nonce: string): string {
  const tags = scripts.map(
    ({ path, integrity }) =>
      `<script type="module" nonce="${nonce}" src="${path}" integrity="${integrity}"></script>`,
  );
  return html.replace('</body>', `${tags.join('')}</body>`);
}
