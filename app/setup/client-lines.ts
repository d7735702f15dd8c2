import type { Config } from '#lib/server/config.ts';

export interface ClientLines {
  readonly client: string;
  readonly lines: readonly string[];
}

const token = (address: string) => `TOKEN=$(npx sigwatch token --email ${address})`;

/** Our own command; the login opens in a browser, or gives a code for one elsewhere. */
export function ownLines({ ca }: Config, address = 'dev@example.com'): string[] {
  return [
    'echo "hello" > hello.txt',
    `npx sigwatch sign hello.txt --trusted-root ${ca.url}/trusted_root.json \\`,
    `  --signing-config ${ca.url}/signing_config.v0.2.json`,
    'npx sigwatch verify hello.txt --bundle hello.txt.sigstore.json \\',
    `  --trusted-root ${ca.url}/trusted_root.json \\`,
    `  --identity ${address} --issuer ${ca.url}/oidc`,
  ];
}

/** How each client is pointed at this instance, ready to paste. */
export function clientLines(config: Config, address = 'dev@example.com'): ClientLines[] {
  return [
    { client: 'Sigwatch', lines: ownLines(config, address) },
    { client: 'cosign 3', lines: cosignLines(config, address) },
    { client: 'sigstore-python', lines: pythonLines(config, address) },
    { client: 'sigstore-js', lines: javascriptLines(config, address) },
  ];
}

function cosignLines({ ca }: Config, address: string): string[] {
  return [
    `curl -sO ${ca.url}/trusted_root.json`,
    `curl -sO ${ca.url}/signing_config.v0.2.json`,
    token(address),
    'cosign sign-blob --identity-token "$TOKEN" --bundle hello.sigstore.json \\',
    '  --trusted-root trusted_root.json --signing-config signing_config.v0.2.json hello.txt',
    'cosign verify-blob --bundle hello.sigstore.json --trusted-root trusted_root.json \\',
    `  --certificate-identity ${address} \\`,
    `  --certificate-oidc-issuer ${ca.url}/oidc hello.txt`,
  ];
}

function pythonLines({ ca }: Config, address: string): string[] {
  return [
    `curl -sO ${ca.url}/client_trust_config.json`,
    token(address),
    'sigstore --trust-config client_trust_config.json \\',
    '  sign --identity-token "$TOKEN" hello.txt',
    'sigstore --trust-config client_trust_config.json verify identity \\',
    `  --cert-identity ${address} \\`,
    `  --cert-oidc-issuer ${ca.url}/oidc hello.txt`,
  ];
}

function javascriptLines({ ca, log }: Config, address: string): string[] {
  return [
    'npm install @sigstore/sign @sigstore/bundle',
    "cat > sign.mjs <<'END'",
    "import { readFileSync, writeFileSync } from 'node:fs';",
    "import { bundleToJSON } from '@sigstore/bundle';",
    "import * as sigstore from '@sigstore/sign';",
    'const builder = new sigstore.MessageSignatureBundleBuilder({',
    '  signer: new sigstore.FulcioSigner({',
    `    fulcioBaseURL: '${ca.url}',`,
    '    identityProvider: { getToken: async () => process.argv[2] },',
    '  }),',
    '  witnesses: [',
    `    new sigstore.RekorWitness({ rekorBaseURL: '${log.url}', majorApiVersion: 2 }),`,
    `    new sigstore.TSAWitness({ tsaBaseURL: '${ca.url}' }),`,
    '  ],',
    '});',
    "const bundle = await builder.create({ data: readFileSync('hello.txt') });",
    "writeFileSync('hello.sigstore.json', JSON.stringify(bundleToJSON(bundle)));",
    'END',
    `node sign.mjs "$(npx sigwatch token --email ${address})"`,
  ];
}
