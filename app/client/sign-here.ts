/**
 * Signing in this browser, with the very code of the command line (lib/sign): login, file, consent, then key, certificate,
 * log entry and timestamp, and a bundle that is verified before it is offered. The file and its name stay here; of the
 * file no more than its digest is needed.
 */
import { writeBundle } from '#lib/bundle/write-bundle.ts';
import { toHex } from '#lib/encoding/bytes.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { sign } from '#lib/sign/sign.ts';
import { selectServices } from '#lib/sign/signing-config.ts';
import type { IdToken } from '#lib/sign/id-token.ts';
import type { Send } from '#lib/sign/transport.ts';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { artifactOfDigests } from '#lib/verify/artifact.ts';
import type { Verification } from '#lib/verify/verification.ts';
import { exactTime, momentsIn } from '../ui/time.ts';
import { getJson, send } from './ask.ts';
import { forgetChosen, keepChosen, keptChosen, sizeWords, type ChosenFile } from './chosen-file.ts';
import { element, part, reasonOf, stepItem } from './elements.ts';
import { ephemeralKey } from './ephemeral-key.ts';
import { sha256Of } from './local-file.ts';
import { leaveForLogin, returnFromLogin } from './login.ts';

type Verified = Extract<Verification, { verdict: 'verified' }>;

const desk = part('sign-desk', HTMLElement);
const login = part('sign-login', HTMLButtonElement);
const who = part('sign-who', HTMLElement);
const file = part('sign-file', HTMLInputElement);
const digest = part('sign-digest', HTMLElement);
const consent = part('sign-consent', HTMLInputElement);
const go = part('sign-go', HTMLButtonElement);
const steps = part('sign-steps', HTMLOListElement);
const told = part('sign-told', HTMLElement);
const result = part('sign-result', HTMLElement);

const { ca = '', issuer = '' } = desk.dataset;
let token: IdToken | undefined;
let chosen: ChosenFile | undefined;
/** Of the file that was chosen last: an earlier one may still be read. */
let reading = 0;

login.disabled = false;
login.addEventListener('click', () => attempt(() => leaveForLogin(issuer)));
file.disabled = false;
file.addEventListener('change', () => attempt(readFile));
attempt(async () => showChosen(keptChosen(), true));
consent.disabled = false;
consent.addEventListener('change', ready);
go.addEventListener('click', () => attempt(signFile));
attempt(async () => {
  token = await returnFromLogin(issuer);
  if (token === undefined) return;
  who.replaceChildren(
    'Signed in as ',
    element('strong', visibleText(token.subject)),
    `, vouched for by ${visibleText(token.issuer)}, until ${exactTime(token.expiresAt)}.`,
  );
  login.textContent = 'Sign in as somebody else';
  login.className = 'second';
});
ready();

function attempt(work: () => Promise<void>): void {
  told.className = '';
  told.textContent = '';
  void work()
    .catch((error: unknown) => {
      told.className = 'problem';
      told.textContent = `${capital(reasonOf(error))}.`;
    })
    .finally(ready);
}

/** Nothing is signed before all three are there. */
function ready(): void {
  const missing = [
    token === undefined ? 'sign in' : '',
    chosen === undefined ? 'choose a file' : '',
    consent.checked ? '' : 'agree that it becomes public',
  ].filter((words) => words !== '');
  go.disabled = missing.length > 0;
  part('sign-missing', HTMLElement).textContent =
    missing.length === 0 || !result.hidden ? '' : `Still to do: ${missing.join(', ')}.`;
}

async function readFile(): Promise<void> {
  const [picked] = file.files ?? [];
  const turn = ++reading;
  forgetChosen();
  showChosen(undefined);
  result.hidden = true;
  if (picked === undefined) return;
  const { name, size } = picked;
  const hash = await sha256Of(picked, (share) => turn === reading && showProgress(name, share));
  if (turn !== reading) return;
  const read = { name, size, digest: hash };
  keepChosen(read);
  showChosen(read);
}

/** In tens: every word here is read out. */
function showProgress(name: string, share: number): void {
  const words = `Hashing ${visibleText(name)} in this browser: ${Math.floor(share * 10) * 10} %`;
  if (digest.textContent !== words) digest.textContent = words;
}

/** After the login the field of the form is empty, but the choice stands. */
function showChosen(given: ChosenFile | undefined, again = false): void {
  chosen = given;
  if (given === undefined) return digest.replaceChildren();
  const name = element('strong');
  name.append(element('bdi', visibleText(given.name)));
  const line = element('span');
  line.append(again ? 'Still chosen: ' : '', name, `, ${sizeWords(given.size)}`);
  const hash = element('span');
  hash.append('SHA-256 ', element('code', toHex(given.digest), 'whole'));
  digest.replaceChildren(line, hash);
}

async function signFile(): Promise<void> {
  if (token === undefined || chosen === undefined || !consent.checked) return;
  if (token.expiresAt <= new Date()) {
    token = undefined;
    throw new Error('your login has expired: sign in again');
  }
  go.disabled = true;
  steps.replaceChildren();
  result.hidden = true;
  told.textContent = 'Signing…';
  const [config, root] = await Promise.all([
    getJson(`${ca}/signing_config.v0.2.json`),
    getJson(`${ca}/trusted_root.json`),
  ]);
  const { bundle, verification } = await sign(
    { kind: 'digest', digest: chosen.digest },
    artifactOfDigests({ 'SHA-256': chosen.digest }),
    {
      services: selectServices(config, new Date()),
      trustedRoot: readTrustedRoot(root),
      token,
      send: shownSend,
      key: ephemeralKey(),
    },
  );
  consent.checked = false;
  forgetChosen();
  told.textContent = 'Signed, and verified by this browser as a stranger would.';
  offer(`${writeBundle(bundle)}\n`, chosen, verification);
}

/** Each service as it answers. */
const shownSend: Send = async (request) => {
  const answer = await send(request);
  const { pathname, host } = new URL(request.url);
  const name = pathname.endsWith('/signingCert')
    ? 'Certificate'
    : pathname.endsWith('/timestamp')
      ? 'Timestamp'
      : 'Log entry';
  const passed = answer.status >= 200 && answer.status < 300;
  steps.append(
    stepItem(
      name,
      passed ? 'passed' : 'failed',
      passed ? `given by ${host}` : `${host} answered ${answer.status}`,
    ),
  );
  return answer;
};

function offer(bundle: string, { name, digest: hash }: ChosenFile, verification: Verified): void {
  for (const step of verification.steps)
    if (step.outcome === 'passed' && step.step !== 'identity')
      steps.append(stepItem(`Verified ${step.step}`, 'passed', readable(step.facts.join('; '))));
  const download = part('sign-download', HTMLAnchorElement);
  URL.revokeObjectURL(download.href);
  download.href = URL.createObjectURL(new Blob([bundle], { type: 'application/json' }));
  download.download = `${name}.sigstore.json`;
  download.textContent = `Download ${visibleText(name)}.sigstore.json`;
  const { entries } = verification.signature;
  part('sign-entry', HTMLElement).textContent = entries
    .map(({ logUrl, logIndex }) => `entry ${logIndex} of ${logUrl}`)
    .join(', ');
  const link = part('sign-link', HTMLAnchorElement);
  link.href = `/d/${toHex(hash)}`;
  result.hidden = false;
  ready();
  result.focus();
}

function readable(words: string): string {
  return momentsIn(words)
    .map((piece) => (piece instanceof Date ? exactTime(piece) : piece))
    .join('');
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
