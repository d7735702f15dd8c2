/**
 * One line per client that points it at an instance, ready to paste. Each begins trust with the first root of the
 * instance's TUF repository and checks its SHA-256, so that a line seen on a trusted page is all a person must trust.
 */
import { toBase64 } from '#lib/encoding/base64.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { sha256 } from '#crypto/sha256.ts';

export interface InstanceAddresses {
  /** Without trailing slashes. */
  readonly caUrl: string;
  readonly logUrl: string;
  /** The file 1.root.json as it is served. */
  readonly firstRoot: Uint8Array;
}

export interface ClientLine {
  readonly client:
    'cosign 3' | 'cosign 2' | 'sigstore-python' | 'sigstore-js' | 'gitsign' | 'policy-controller' | 'Kyverno';
  readonly line: string;
}

export function clientLines({ caUrl, logUrl, firstRoot }: InstanceAddresses): ClientLine[] {
  const digest = toHex(sha256(firstRoot));
  const mirror = shellWord(`${caUrl}/tuf`);
  const root = shellWord(`${caUrl}/tuf/1.root.json`);
  const cosign = `cosign initialize --mirror ${mirror} --root ${root} --root-checksum ${digest}`;
  // For clients that check no digest themselves: the file is fetched, checked, and only then used.
  const checked = `curl -fsSo 1.root.json ${root} && echo '${digest}  1.root.json' | sha256sum --check`;
  const [ca, log, issuer] = [shellWord(caUrl), shellWord(logUrl), shellWord(`${caUrl}/oidc`)];
  return [
    { client: 'cosign 3', line: cosign },
    {
      client: 'cosign 2',
      // It knows no signing configuration: the services are named at each signature.
      line: `${cosign} && cosign sign-blob --fulcio-url ${ca} --rekor-url ${log} --oidc-issuer ${issuer} --bundle FILE.sigstore.json FILE`,
    },
    {
      client: 'sigstore-python',
      line: `${checked} && sigstore --instance ${mirror} trust-instance 1.root.json`,
    },
    {
      client: 'sigstore-js',
      line: `${checked} && npx @sigstore/cli initialize --mirror ${mirror} --root 1.root.json`,
    },
    { client: 'gitsign', line: `${checked} && ${gitsign(mirror, ca, log, issuer)}` },
    {
      client: 'policy-controller',
      line: `echo ${shellWord(trustRoot(`${caUrl}/tuf`, firstRoot))} | kubectl apply -f -`,
    },
    {
      client: 'Kyverno',
      line:
        `${checked} && helm upgrade kyverno kyverno/kyverno --namespace kyverno --reuse-values --set features.tuf.enabled=true ` +
        `--set features.tuf.mirror=${mirror} --set features.tuf.root=${root}`,
    },
  ];
}

function gitsign(mirror: string, ca: string, log: string, issuer: string): string {
  const settings = [
    ['gpg.format', 'x509'],
    ['gpg.x509.program', 'gitsign'],
    ['gitsign.fulcio', ca],
    ['gitsign.rekor', log],
    ['gitsign.issuer', issuer],
  ].map(([name, value]) => `git config --global ${name} ${value}`);
  return [`gitsign initialize --mirror ${mirror} --root 1.root.json`, ...settings].join(' && ');
}

/** The root itself is in here, so nothing has to be checked later. JSON is YAML. */
function trustRoot(mirror: string, firstRoot: Uint8Array): string {
  return JSON.stringify({
    apiVersion: 'policy.sigstore.dev/v1alpha1',
    kind: 'TrustRoot',
    metadata: { name: 'sigwatch' },
    spec: { remote: { mirror, root: toBase64(firstRoot) } },
  });
}

/** One word for a POSIX shell, whatever the text is. */
function shellWord(text: string): string {
  return /^[A-Za-z0-9_/:.,@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
