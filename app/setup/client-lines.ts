import type { Config } from '#lib/server/config.ts';

export interface ClientLines {
  readonly client: string;
  readonly lines: readonly string[];
}

/** How each client is pointed at this instance, ready to paste. */
export function clientLines({ ca, log }: Config): ClientLines[] {
  const download = `curl -sO ${ca.url}/trusted_root.json -sO ${ca.url}/signing_config.v0.2.json`;
  const token = 'TOKEN=$(npx sigwatch token --email dev@example.com)';
  return [
    {
      client: 'cosign 3',
      lines: [
        download,
        token,
        'cosign sign-blob --identity-token "$TOKEN" --trusted-root trusted_root.json --signing-config signing_config.v0.2.json --bundle hello.sigstore.json hello.txt',
        `cosign verify-blob --trusted-root trusted_root.json --bundle hello.sigstore.json --certificate-identity dev@example.com --certificate-oidc-issuer ${ca.url}/oidc hello.txt`,
      ],
    },
    {
      client: 'sigstore-python',
      lines: [
        `curl -sO ${ca.url}/client_trust_config.json`,
        token,
        'sigstore --trust-config client_trust_config.json sign --identity-token "$TOKEN" hello.txt',
        `sigstore --trust-config client_trust_config.json verify identity --cert-identity dev@example.com --cert-oidc-issuer ${ca.url}/oidc hello.txt`,
      ],
    },
    {
      client: 'sigstore-js',
      lines: [
        token,
        `SIGSTORE_ID_TOKEN="$TOKEN" node -e '`,
        `  const { BundleBuilder, CIContextProvider } = require("@sigstore/sign");`,
        `  /* fulcioBaseURL: "${ca.url}", rekorBaseURL: "${log.url}", majorApiVersion: 2, tsaBaseURL: "${ca.url}" */'`,
      ],
    },
  ];
}
