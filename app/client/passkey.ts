/**
 * Passkeys need a script: on the sign-in page and in the settings it adds a button that asks the browser for one. Where
 * the browser has none, or runs no script, the page is whole without it.
 */
const place = document.querySelector<HTMLElement>('[data-script="passkey"]');
if (place !== null && typeof PublicKeyCredential === 'function') offer(place);

interface Told {
  readonly detail?: string;
  readonly next?: string;
}

function offer(here: HTMLElement): void {
  const isAdding = here.dataset['act'] === 'add';
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'second';
  button.textContent = isAdding ? 'Add a passkey' : 'Sign in with a passkey';
  const said = document.createElement('p');
  said.setAttribute('role', 'status');
  here.replaceChildren(button, said);
  button.addEventListener('click', () => {
    button.disabled = true;
    said.textContent = '';
    void (isAdding ? add() : signIn(here.dataset['next'] ?? ''))
      .catch((error: unknown) => {
        said.textContent = error instanceof Refused ? error.message : 'No passkey was used.';
      })
      .finally(() => (button.disabled = false));
  });
}

class Refused extends Error {}

async function signIn(next: string): Promise<void> {
  const publicKey = readOptions(await ask('/sign-in/passkey', { act: 'begin' }));
  const credential = await navigator.credentials.get({ publicKey });
  location.assign((await tell('/sign-in/passkey', credential, { next })).next ?? '/settings');
}

async function add(): Promise<void> {
  const publicKey = readOptions(await ask('/settings/passkey', { act: 'begin' }));
  const credential = await navigator.credentials.create({
    publicKey: publicKey as unknown as PublicKeyCredentialCreationOptions,
  });
  const name = /Android|iPhone|iPad|Mac|Windows|Linux/.exec(navigator.userAgent)?.[0] ?? 'passkey';
  location.assign((await tell('/settings/passkey', credential, { name })).next ?? '/settings');
}

async function tell(path: string, credential: Credential | null, more: object): Promise<Told> {
  if (!(credential instanceof PublicKeyCredential)) throw new Refused('No passkey was used.');
  return (await ask(path, { act: 'finish', response: written(credential), ...more })) as Told;
}

async function ask(path: string, body: object): Promise<unknown> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const told: unknown = await answer.json();
  if (!answer.ok) throw new Refused((told as Told).detail ?? 'That did not work.');
  return told;
}

interface Options {
  readonly challenge: string;
  readonly user?: { readonly id: string };
  readonly allowCredentials?: readonly { readonly id: string }[];
  readonly excludeCredentials?: readonly { readonly id: string }[];
}

/** Members that are bytes travel as base64url (WebAuthn Level 3 §5.1); not every browser reads that by itself yet. */
function readOptions(json: unknown): PublicKeyCredentialRequestOptions {
  const { challenge, user, allowCredentials = [], excludeCredentials = [], ...rest } = json as Options;
  const known = (list: readonly { readonly id: string }[]) =>
    list.map((one) => ({ ...one, id: fromBase64Url(one.id) }));
  const options = {
    ...rest,
    challenge: fromBase64Url(challenge),
    allowCredentials: known(allowCredentials),
    excludeCredentials: known(excludeCredentials),
    ...(user === undefined ? {} : { user: { ...user, id: fromBase64Url(user.id) } }),
  };
  return options as unknown as PublicKeyCredentialRequestOptions;
}

function written({ id, type, response }: PublicKeyCredential): object {
  const parts: Record<string, unknown> = { clientDataJSON: toBase64Url(response.clientDataJSON) };
  if (response instanceof AuthenticatorAttestationResponse) {
    parts['attestationObject'] = toBase64Url(response.attestationObject);
    parts['transports'] = response.getTransports();
  }
  if (response instanceof AuthenticatorAssertionResponse) {
    parts['authenticatorData'] = toBase64Url(response.authenticatorData);
    parts['signature'] = toBase64Url(response.signature);
    if (response.userHandle !== null) parts['userHandle'] = toBase64Url(response.userHandle);
  }
  return { id, rawId: id, type, response: parts, clientExtensionResults: {} };
}

function fromBase64Url(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  );
}

function toBase64Url(bytes: ArrayBuffer): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
