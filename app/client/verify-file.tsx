/**
 * On /verify: the forms are answered by this browser, with the engine that the server has for those without script
 * (app/verify/engine.ts). Files are read here; only the trusted root is fetched, and that before anything is read.
 */
import { answerPolicy, answerSigner, type Trust, type VerifyOutcome } from '../verify/engine.ts';
import { artifactOfText } from '../verify/artifact-text.ts';
import { expectedOf } from '../verify/expected.ts';
import {
  readFormRequest,
  type FormRequest,
  type Question,
  type TrustChoice,
} from '../verify/form-request.ts';
import { Outcome } from '../verify/outcome.tsx';
import { shownOutcome } from '../verify/shown-verification.ts';
import { givenTrust } from '../verify/trust-file.ts';
import type { Artifact } from '#lib/verify/artifact.ts';
import { readTrustedRoot } from '#lib/trust/trusted-root.ts';
import { getJson } from './ask.ts';
import { roleOf } from './dropped-files.ts';
import { part, reasonOf } from './elements.ts';
import { withFile } from './local-file.ts';
import { show } from './markup/show.ts';

const outcome = part('verify-outcome', HTMLElement);
const told = part('verify-told', HTMLElement);
const forms = [...document.querySelectorAll<HTMLFormElement>('form[data-verify]')];

for (const element of document.querySelectorAll<HTMLElement>('[data-without-script]')) element.hidden = true;
for (const element of document.querySelectorAll<HTMLElement>('[data-with-script]')) element.hidden = false;
for (const form of forms) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void verify(form);
  });
  // Whoever gives a file of their own believes that one.
  fieldOf(form, 'trusted-root')?.addEventListener('change', () => choose(form, 'trust', 'given'));
  fieldOf(form, 'key-file')?.addEventListener('change', () => choose(form, 'signed-by', 'key'));
}
takeDrops();

async function verify(form: HTMLFormElement): Promise<void> {
  const button = form.querySelector('button');
  if (button?.disabled === true) return;
  if (button !== null) button.disabled = true;
  told.textContent = 'Verifying in this browser…';
  try {
    const request = await readFormRequest(new FormData(form));
    const shown = shownOutcome(request, await answer(request));
    show(outcome, <Outcome shown={shown} where="browser" />);
    told.textContent = '';
    const heading = outcome.querySelector<HTMLElement>('h1');
    document.title = `${heading?.textContent ?? ''} · Sigwatch`;
    heading?.focus();
    outcome.scrollIntoView({ block: 'start' });
  } finally {
    if (button !== null) button.disabled = false;
  }
}

async function answer({ asked }: FormRequest): Promise<VerifyOutcome | string> {
  if (typeof asked === 'string') return asked;
  try {
    const trust = await readTrust(asked.trust);
    return 'kind' in trust ? trust : await answerUnder(asked, trust);
  } catch (error) {
    const why = reasonOf(error);
    return `${why.charAt(0).toUpperCase()}${why.slice(1)}.`;
  }
}

async function answerUnder(asked: Question, trust: Trust): Promise<VerifyOutcome> {
  const work = (artifact: Artifact) => question(asked, artifact, trust);
  if ('file' in asked.artifact) {
    return withFile(asked.artifact.file, work, (share) => {
      told.textContent = `Hashing in this browser: ${Math.floor(share * 100)} %`;
    });
  }
  const artifact = artifactOfText(asked.artifact.digest);
  if (artifact === undefined) throw new Error('that is not a digest');
  return work(artifact);
}

async function question(asked: Question, artifact: Artifact, trust: Trust): Promise<VerifyOutcome> {
  if (asked.kind === 'policy') {
    const { policy, bundles } = asked;
    return answerPolicy({ policy, bundles, now: new Date(), breathe, mostTries: Infinity }, artifact, trust);
  }
  const signer = expectedOf(asked.expected);
  return 'status' in signer ? signer : answerSigner(asked.bundle, artifact, { signer }, trust);
}

function breathe(): Promise<void> {
  return new Promise((done) => setTimeout(done));
}

async function readTrust(choice: TrustChoice): Promise<Trust | ReturnType<typeof givenTrust>> {
  if (choice.kind === 'given') return givenTrust(choice.text, new Date());
  const { trustedRoot = '' } = outcome.dataset;
  const address = choice.kind === 'own' ? trustedRoot : '/verify/public-instance.json';
  const json = await getJson(address).catch((cause: unknown) => {
    const whose = choice.kind === 'own' ? 'of this instance' : 'of the public instance';
    throw new Error(`the trusted root ${whose} could not be had just now: give it as a file`, { cause });
  });
  return { trustedRoot: readTrustedRoot(json), readAt: new Date() };
}

function fieldOf(form: HTMLFormElement, name: string): HTMLInputElement | undefined {
  const field = form.elements.namedItem(name);
  return field instanceof HTMLInputElement ? field : undefined;
}

function choose(form: HTMLFormElement, name: string, value: string): void {
  const radio = form.querySelector<HTMLInputElement>(`input[name="${name}"][value="${value}"]`);
  if (radio !== null) radio.checked = true;
}

/** Anywhere on the page. */
function takeDrops(): void {
  const lit = (on: boolean) => document.body.classList.toggle('is-dropping', on);
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    lit(true);
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) lit(false);
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    lit(false);
    void place([...(event.dataTransfer?.files ?? [])]);
  });
}

async function place(files: readonly File[]): Promise<void> {
  const roles = await Promise.all(files.map(async (file) => [file, await roleOf(file)] as const));
  const of = (role: string) => roles.filter((one) => one[1] === role).map(([file]) => file);
  const [bundles, policies, roots, artifacts] = [of('bundle'), of('policy'), of('trusted-root'), of('file')];
  const forPolicy = policies.length > 0 || bundles.length > 1 || isBegun('policy');
  const form = forms.find(({ dataset }) => dataset['verify'] === (forPolicy ? 'policy' : 'signer'));
  if (form === undefined) return;
  const placed = [
    put(form, 'file', artifacts.slice(0, 1), 'the file'),
    put(form, forPolicy ? 'bundles' : 'bundle', bundles, bundles.length === 1 ? 'its bundle' : 'its bundles'),
    put(form, 'policy-file', policies.slice(0, 1), 'the policy'),
    put(form, 'trusted-root', roots.slice(0, 1), 'the trusted root'),
  ].filter((words) => words !== '');
  const dropped = artifacts.length > 1 ? ' Several files were dropped; one is verified at a time.' : '';
  told.textContent = placed.length === 0 ? '' : `Taken: ${placed.join(', ')}.${dropped}`;
  const next = [...form.elements].find(
    (field) => field instanceof HTMLInputElement && !field.checkValidity(),
  );
  const target = next ?? form.querySelector('button');
  if (target instanceof HTMLElement) target.focus();
}

/** Something was put into the policy form already, and nothing into the other. */
function isBegun(kind: string): boolean {
  const form = forms.find(({ dataset }) => dataset['verify'] === kind);
  const has = (name: string) => form !== undefined && (fieldOf(form, name)?.files?.length ?? 0) > 0;
  return has('policy-file') || has('bundles');
}

function put(form: HTMLFormElement, name: string, files: readonly File[], words: string): string {
  const field = fieldOf(form, name);
  if (field === undefined || files.length === 0) return '';
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  field.files = transfer.files;
  field.dispatchEvent(new Event('change', { bubbles: true }));
  return words;
}
