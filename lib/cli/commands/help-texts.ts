/** Examples and exit codes of every command: shown below `--help` and in the man page. A command without any is a mistake. */
import type { Command } from 'commander';

export interface HelpText {
  readonly examples: readonly string[];
  readonly exitCodes?: string;
}

const answering = '0 yes; 1 no; 2 wrong command, file or setting; 3 a service failed; 4 abandoned.';
const searching = '0 found; 1 nothing found; 2 asked wrongly; 3 the instance did not answer.';
const asking = '0 accepted; 2 asked wrongly; 3 the instance did not answer.';
const key = '--identity me@example.com --issuer https://accounts.example.com';

/** By the words after `sigwatch`. */
export const helpTexts: Readonly<Record<string, HelpText>> = {
  '': { examples: ['start', 'sign app.tgz', `verify app.tgz --bundle app.sigstore.json ${key}`] },
  start: { examples: ['start'] },
  log: { examples: ['log'] },
  ca: { examples: ['ca', 'ca rotate --dry-run'] },
  workers: { examples: ['workers'] },
  web: { examples: ['web'] },
  build: { examples: ['build'] },
  token: { examples: ['token --email dev@example.com'] },
  fsck: {
    examples: [
      'fsck http://localhost:3002',
      'fsck https://log.example.com --kind ct --trusted-root trusted_root.json --json',
    ],
    exitCodes: '0 clean; 1 a fault; 2 asked wrongly; 3 the log did not answer.',
  },
  sign: {
    examples: [
      'sign app.tgz',
      'sign dist/ --yes --identity-token token.txt',
      'sign app.tgz --public-instance',
      'sign app.tgz --attest sbom.json --predicate-type https://spdx.dev/Document',
    ],
    exitCodes: answering,
  },
  verify: {
    examples: [
      `verify app.tgz --bundle app.sigstore.json ${key}`,
      'verify sha256:9f86… --bundle b.json --key release.pub --trusted-root trusted_root.json --json',
      'verify pkg.tgz --bundle pkg.sigstore.json --public-instance --identity-glob "https://github.com/acme/**" \\\n' +
        '    --issuer https://token.actions.githubusercontent.com',
    ],
    exitCodes: answering,
  },
  policy: { examples: ['policy check app.tgz --policy policy.yaml --bundles signatures/'] },
  'policy check': {
    examples: [
      'policy check app.tgz --policy seven-of-twelve.yaml --bundles signatures/',
      'policy check app.tgz --policy seven-of-twelve.yaml --log --instance https://sigwatch.example.com',
    ],
    exitCodes: answering,
  },
  'policy schema': { examples: ['policy schema > policy.schema.json'] },
  search: {
    examples: [
      'search me@example.com',
      'search github.com/acme/app --since 2027-01-01 --json',
      'search sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    ],
    exitCodes: searching,
  },
  watch: {
    examples: [
      'watch me@example.com --email me@example.com',
      'watch github.com/acme/app --email security@acme.example --instance https://sigwatch.example.com',
    ],
    exitCodes: asking,
  },
  alerts: {
    examples: [
      'alerts --state open --verdict unexpected,contradiction',
      'alerts 5f1c… --say not-mine --reason "nobody released that day"',
    ],
    exitCodes: '0 found, or answered; 1 no alerts; 2 asked wrongly; 3 the instance did not answer.',
  },
  intent: {
    examples: [
      'intent github.com/acme/app --file dist/app.tgz --until 2h',
      'intent me@example.com --count 3 --until 1d',
      'intent --list --state open',
    ],
    exitCodes:
      '0 announced, found or taken back; 1 no intents; 2 asked wrongly; 3 the instance did not answer.',
  },
  freeze: {
    examples: ['freeze me@example.com --reason "laptop stolen"', 'freeze --list', 'freeze --lift 5f1c…'],
    exitCodes: '0 frozen, found or lifted; 1 nothing frozen; 2 asked wrongly; 3 the instance did not answer.',
  },
  completion: {
    examples: [
      'completion bash > /etc/bash_completion.d/sigwatch',
      'completion zsh > "${fpath[1]}/_sigwatch"',
      'completion fish > ~/.config/fish/completions/sigwatch.fish',
    ],
  },
  'sign-bundle': {
    examples: [
      'sign-bundle --identity-token TOKEN --bundle a.sigstore.json \\\n' +
        '    --trusted-root trusted_root.json --signing-config signing_config.v0.2.json a.txt',
    ],
  },
  'verify-bundle': {
    examples: [
      'verify-bundle --bundle a.sigstore.json --certificate-identity me@example.com \\\n' +
        '    --certificate-oidc-issuer https://accounts.example.com a.txt',
    ],
  },
  'log rotate': {
    examples: [
      'log rotate --url https://log2027.example.com --dry-run',
      'log rotate --kind ct --freeze-after 1440',
    ],
  },
  'log incidents': { examples: ['log incidents', 'log incidents --all'] },
  'log evidence': { examples: ['log evidence sigwatch-incident-0b6f3c1e.json'] },
  'log resolve': {
    examples: [
      'log resolve 0b6f3c1e-5b0e-4c5c-9a52-0d6c1f1f5c11 --why "restored from a backup, operator confirmed"',
    ],
  },
  'ca csr': { examples: ['ca csr --name "O=Example, CN=Code signing" > intermediate.csr'] },
  'ca import': { examples: ['ca import chain.pem --dry-run', 'ca import chain.pem --after 48'] },
  'ca reseal': { examples: ['ca reseal', 'ca reseal --old-passphrase-file ./old-passphrase'] },
  'ca rotate': {
    examples: [
      'ca rotate',
      'ca rotate timestamps --after 48',
      'ca rotate login',
      'ca rotate --compromised-since 2027-01-31T12:00:00Z',
    ],
  },
  trust: { examples: ['trust export --out trust.tgz'] },
  'trust sign': { examples: ['trust sign signing-request.json --key targets-0a1b2c3d.key.pem'] },
  'trust apply': { examples: ['trust apply signing-request.json'] },
  'trust rotate': {
    examples: ['trust rotate', 'trust rotate root --root-keys 3 --root-threshold 2 --dry-run'],
  },
  'trust export': { examples: ['trust export --mirror https://ca.example.com/tuf --root-sha256 9f86…'] },
  doctor: {
    examples: ['doctor', 'doctor --no-sign --json'],
    exitCodes: '0 healthy, warnings included; 1 something is wrong; 2 asked wrongly.',
  },
};

/** The words that lead to a command, without the name of the program. */
export function commandPath(command: Command): string {
  return command.parent === null ? '' : `${commandPath(command.parent)} ${command.name()}`.trim();
}

export function addHelpTexts(command: Command): void {
  const text = helpTexts[commandPath(command)];
  if (text !== undefined) command.addHelpText('after', `\n${shown(text)}`);
  command.commands.forEach(addHelpTexts);
}

function shown({ examples, exitCodes }: HelpText): string {
  const lines = examples.map((example) => `  sigwatch ${example}`);
  const codes = exitCodes === undefined ? '' : `Exit codes: ${exitCodes}\n\n`;
  return `${codes}${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.join('\n')}`;
}
