/**
 * The bundled script of app/client as it was built: under an address that names its content, with the hash that both the
 * tag and the policy state, so that nothing else can run in its place.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

export interface ClientScript {
  readonly path: string;
  readonly integrity: string;
  readonly bytes: Buffer;
}

const file = new URL('../.next/client/verify-entry.js', import.meta.url);
/** A page that holds this asks for the script. */
const marker = 'data-verify-entry=';

export const clientScript: ClientScript | undefined = existsSync(file)
  ? describe(readFileSync(file))
  : undefined;

function describe(bytes: Buffer): ClientScript {
  const digest = createHash('sha256').update(bytes).digest();
  return {
    path: `/script/${digest.toString('hex').slice(0, 16)}.js`,
    integrity: `sha256-${digest.toString('base64')}`,
    bytes,
  };
}

/** React escapes quotes in every text, so the marker is a tag of ours. */
export function withClientScript(html: string, script = clientScript): string {
  if (script === undefined || !html.includes(marker)) return html;
  const tag = `<script type="module" src="${script.path}" integrity="${script.integrity}"></script>`;
  return html.replace('</body>', `${tag}</body>`);
}
