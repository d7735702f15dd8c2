import { appLogins } from '../account/ownership/app-login.ts';
import { audienceOf } from '../account/ownership/ci-token.ts';
import {
  proofFile,
  proofLine,
  repositoryPlace,
  roleMailboxes,
  txtName,
} from '../account/ownership/places.ts';
import type { Method, Ownership } from '../account/ownership/store.ts';
import { dependencies } from '../dependencies.ts';
import { Press } from '../ui/press.tsx';
import { Command } from '../ui/command.tsx';
import { Stranger } from '../ui/text.tsx';

export const methodWords: Readonly<Record<Method, string>> = {
  code: 'A mailed code',
  login: 'Signing in as it',
  dns: 'A DNS record',
  'well-known': 'A file of the site',
  meta: 'A meta tag',
  'role-mailbox': 'A mailbox of the domain',
  file: 'A file of the repository',
  'ci-token': 'A CI run',
  'app-login': 'A login where it lives',
  'log-entry': 'A signature',
};

/** What to do, with what to paste. */
export function HowTo({ method, ownership }: { method: Method; ownership: Ownership }) {
  const { kind, value, challenge } = ownership;
  const line = proofLine(challenge);
  switch (method) {
    case 'code':
      return (
        <p>
          An owner of the team signs in with a code mailed to <Stranger text={value} />, or adds the address
          under <a href="/settings">Settings</a>.
        </p>
      );
    case 'login':
      return (
        <p>
          An owner of the team signs in as it, or adds the login under <a href="/settings">Settings</a>.
        </p>
      );
    case 'role-mailbox':
      return (
        <p>
          An owner of the team adds one of these under <a href="/settings">Settings</a> and types the code
          mailed there: <Stranger text={roleMailboxes.map((name) => `${name}@${value}`).join(', ')} />
        </p>
      );
    case 'dns':
      return (
        <>
          <p>Add this record. It may take a day until every server has it; every one of them is asked.</p>
          <Command wraps lines={[`${txtName(value)}. IN TXT "${line}"`]} />
        </>
      );
    case 'well-known':
      return (
        <>
          <p>
            Put a file at <Stranger text={`https://${value}/${proofFile}`} /> that holds this line:
          </p>
          <Command wraps lines={[line]} />
        </>
      );
    case 'meta':
      return (
        <>
          <p>
            Put this tag in the head of <Stranger text={`https://${value}/`} />:
          </p>
          <Command wraps lines={[`<meta name="sigwatch-proof" content="${challenge}">`]} />
        </>
      );
    case 'file':
      return <RepositoryFile ownership={ownership} />;
    case 'ci-token':
      return <CiRun ownership={ownership} />;
    case 'app-login':
      return <AppLogin ownership={ownership} />;
    case 'log-entry':
      return (
        <>
          <p>
            Sign this line as the {kind === 'email' ? 'address' : 'name'} itself, into a log that is followed
            here. Only its digest is logged.
          </p>
          <Command
            wraps
            lines={[`printf '${line}\\n' > sigwatch-proof.txt`, 'npx sigwatch sign sigwatch-proof.txt']}
          />
        </>
      );
  }
}

function RepositoryFile({ ownership }: { ownership: Ownership }) {
  const { repository, file, url } = repositoryPlace(ownership, dependencies().ownershipWorld.hosts);
  if (url === undefined) return <p>Files of that host cannot be read here; its operator can allow it.</p>;
  return (
    <>
      <p>
        Commit a file <code>{file}</code> to the default branch of <Stranger text={repository} /> (it must be
        public):
      </p>
      <Command wraps lines={[proofLine(ownership.challenge)]} />
    </>
  );
}

function AppLogin({ ownership }: { ownership: Ownership }) {
  const providers = appLogins(dependencies(), ownership);
  if (providers.length === 0) return <p>No login of that host is set up here; its operator can add one.</p>;
  return (
    <>
      <p>
        Sign in there as somebody who administers it. We ask that once, and keep neither the login nor its
        token.
        {ownership.kind === 'organisation' &&
          ' An organisation may first have to allow our app to see its members.'}
      </p>
      {providers.map((provider) => (
        <Press key={provider} label={`Sign in with ${provider}`} fields={{ act: 'app-login', provider }} />
      ))}
    </>
  );
}

function CiRun({ ownership: { challenge } }: { ownership: Ownership }) {
  const { config } = dependencies();
  return (
    <>
      <p>
        Run this once in the workflow, started by a push or by hand. The token is for this proof alone and
        opens nothing else.
      </p>
      <Command
        lines={[
          'permissions: { id-token: write }',
          'steps:',
          '  - run: |',
          `      token=$(curl -sH "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \\`,
          `        "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=${audienceOf(challenge)}" | jq -r .value)`,
          `      jq -n --arg token "$token" '{token: $token}' | curl --fail-with-body \\`,
          `        -H 'content-type: application/json' -d @- ${config.web.url}/api/v1/ownership/ci`,
        ]}
      />
    </>
  );
}
