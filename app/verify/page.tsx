import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { zoneOfPage } from '../clock/zone-of-page.ts';
import { dependencies } from '../dependencies.ts';
import { Command } from '../ui/command.tsx';
import { Line, Opening, Page } from '../ui/ledger.tsx';
import type { Typed } from './form-request.ts';
import { Outcome } from './outcome.tsx';
import { PolicyForm } from './policy-form.tsx';
import { verificationHeader } from './upload.ts';
import { VerifyForm } from './verify-form.tsx';

export const metadata: Metadata = { title: 'Verify a file' };

export default async function VerifyPage() {
  const { config, shownVerification } = dependencies();
  const shown = shownVerification((await headers()).get(verificationHeader));
  const issuer = `${config.ca.url}/oidc`;
  const blank = {
    digest: '',
    identity: '',
    issuer,
    policy: '',
    key: '',
    trust: 'own',
    signedBy: 'login',
  } as const;
  const typedIn = (form: Typed['form']) => (shown?.typed.form === form ? shown.typed : blank);
  const again = shown?.typed.form;
  const forms = [
    <Line key="signer" label={again === 'signer' ? 'Verify another' : 'What and who'}>
      <VerifyForm typed={typedIn('signer')} ownIssuer={issuer} />
    </Line>,
    <Line key="policy" label={again === 'policy' ? 'Check another' : 'By a policy'} id="by-policy">
      <p>Where several must sign one file, a policy says who, and how many of them are enough.</p>
      <PolicyForm typed={typedIn('policy')} />
    </Line>,
  ];
  return (
    <Page>
      <div
        id="verify-outcome"
        data-script="verify-file"
        data-trusted-root={`${config.ca.url}/trusted_root.json`}
        data-zone={await zoneOfPage()}
      >
        {shown === undefined ? <Beginning /> : <Outcome shown={shown} where="server" />}
      </div>
      <output id="verify-told" className="verify-told" />
      {again === 'policy' ? forms.toReversed() : forms}
      <Line label="Without us">
        <p>The same checks on your own machine:</p>
        <Command
          wraps
          lines={[
            `curl -sO ${config.ca.url}/trusted_root.json`,
            'npx sigwatch verify FILE --bundle FILE.sigstore.json \\',
            '  --trusted-root trusted_root.json \\',
            `  --identity jane@example.com --issuer ${issuer}`,
            'npx sigwatch policy check FILE --policy POLICY.yaml --bundles FOLDER \\',
            '  --trusted-root trusted_root.json',
          ]}
        />
      </Line>
    </Page>
  );
}

function Beginning() {
  return (
    <Opening label="Verify">
      <h1>Is this file what they signed?</h1>
      <p className="lead">
        Give the file, its bundle, and who you expect to have signed it. You are told who did, by whose word
        and when, or at which step it fails. Where several must sign, <a href="#by-policy">give a policy</a>.
      </p>
      <p className="hint" data-with-script hidden>
        All of it is done in this browser. Neither the file nor its name, nor whom you expect, is sent
        anywhere; only the trusted root is fetched.
      </p>
    </Opening>
  );
}
