/** Whom the person expects. One who showed a login is asked for by name and by who vouches for it; a key by itself. */
import type { ReactNode } from 'react';
import { Field } from './artifact-fields.tsx';
import type { Typed } from './form-request.ts';

/** Logins that the public instance takes; whoever has another types it. */
const knownIssuers = [
  'https://accounts.google.com',
  'https://github.com/login/oauth',
  'https://login.microsoftonline.com',
  'https://token.actions.githubusercontent.com',
  'https://gitlab.com',
];

export type KeptSigner = Pick<Typed, 'identity' | 'issuer' | 'signedBy' | 'key'>;

interface Shown {
  readonly typed: KeptSigner;
  readonly ownIssuer: string;
}

export function SignerFields({ typed, ownIssuer }: Shown) {
  return (
    <div className="signer-choice stack-wide">
      <fieldset className="field">
        <legend>They sign</legend>
        {(
          [
            ['login', 'With a login, as a person or a build does'],
            ['key', 'With a key of theirs'],
          ] as const
        ).map(([kind, words]) => (
          <label key={kind} htmlFor={`signed-by-${kind}`}>
            <input
              id={`signed-by-${kind}`}
              type="radio"
              name="signed-by"
              value={kind}
              defaultChecked={kind === typed.signedBy}
            />
            {words}
          </label>
        ))}
      </fieldset>
      <LoginFields typed={typed} ownIssuer={ownIssuer} />
      <KeyFields typed={typed} />
    </div>
  );
}

function LoginFields({ typed, ownIssuer }: Shown) {
  return (
    <div className="by-login stack-wide">
      <NameField
        id="identity"
        label="Who must have signed it"
        hint="Exactly, from somewhere other than where the file came from."
        typed={typed.identity}
        placeholder="jane@example.com"
      />
      <NameField
        id="issuer"
        label="Who vouches for that login"
        hint={
          <>
            The login provider; this instance’s own is <span className="mono whole">{ownIssuer}</span>.
          </>
        }
        typed={typed.issuer}
        choices={[ownIssuer, ...knownIssuers]}
      />
    </div>
  );
}

interface NameAsked {
  readonly id: 'identity' | 'issuer';
  readonly label: string;
  readonly hint: ReactNode;
  readonly typed: string;
  readonly placeholder?: string;
  /** To choose from; others may be typed. */
  readonly choices?: readonly string[];
}

/** A name that is compared letter by letter: no browser may mend it. */
function NameField({ id, label, hint, typed, placeholder, choices }: NameAsked) {
  return (
    <Field id={id} label={label} hint={hint}>
      <input
        id={id}
        name={id}
        type="text"
        maxLength={2000}
        defaultValue={typed}
        placeholder={placeholder}
        list={choices && `${id}-choices`}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        aria-describedby={`${id}-hint`}
      />
      {choices && (
        <datalist id={`${id}-choices`}>
          {choices.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </datalist>
      )}
    </Field>
  );
}

function KeyFields({ typed }: { typed: KeptSigner }) {
  return (
    <div className="by-key either">
      <Field
        id="key-file"
        label="Their public key"
        hint={
          <>
            Usually <span className="mono">cosign.pub</span>, from somewhere other than where the file came
            from.
          </>
        }
      >
        <input id="key-file" name="key-file" type="file" aria-describedby="key-file-hint" />
      </Field>
      <Field id="key" label="Or the text of the key" hint="PEM, as the file has it.">
        <textarea
          id="key"
          name="key"
          className="mono"
          rows={5}
          maxLength={16384}
          defaultValue={typed.key}
          placeholder="-----BEGIN PUBLIC KEY-----"
          autoComplete="off"
          spellCheck={false}
          aria-describedby="key-hint"
        />
      </Field>
    </div>
  );
}
