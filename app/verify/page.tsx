import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { dependencies } from '../dependencies.ts';
import { Command } from '../ui/command.tsx';
import { Fact, Facts, Line, Opening, Page } from '../ui/ledger.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import type { Typed } from './form-request.ts';
import { PolicyForm } from './policy-form.tsx';
import { policyHeadings, PolicyReport, PolicyVerdict } from './policy-report.tsx';
import type { PolicyAnswer, SignerAnswer } from './schemas.ts';
import { verificationHeader, type ShownVerification } from './upload.ts';
import { StepList, Verdict } from './verdict.tsx';
import { VerifyForm } from './verify-form.tsx';

export const metadata: Metadata = { title: 'Verify a file' };

export default async function VerifyPage() {
  const { config, shownVerification } = dependencies();
  const shown = shownVerification((await headers()).get(verificationHeader));
  const issuer = `${config.ca.url}/oidc`;
  const blank = { digest: '', identity: '', issuer, policy: '' };
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
      <Opening label="Verify">
        <h1>{shown === undefined ? 'Is this file what they signed?' : headingOf(shown)}</h1>
        {shown === undefined ? (
          <p className="lead">
            Give the file, its bundle, and who you expect to have signed it. You are told who did, by whose
            word and when, or at which step it fails. Where several must sign,{' '}
            <a href="#by-policy">give a policy</a>.
          </p>
        ) : (
          <Outcome shown={shown} />
        )}
      </Opening>
      {shown?.result.kind === 'answer' && <Details answer={shown.result.answer} fileName={shown.fileName} />}
      {again === 'policy' ? forms.toReversed() : forms}
      <Line label="Without us">
        <p>The same checks on your own machine, which then sends nothing:</p>
        <Command
          lines={[
            `curl -sO ${config.ca.url}/trusted_root.json`,
            'npx sigwatch verify FILE --bundle FILE.sigstore.json --trusted-root trusted_root.json \\',
            `  --identity jane@example.com --issuer ${issuer}`,
            'npx sigwatch policy check FILE --policy POLICY.yaml --bundles FOLDER \\',
            '  --trusted-root trusted_root.json',
          ]}
        />
      </Line>
    </Page>
  );
}

function headingOf({ result }: ShownVerification): string {
  if (result.kind === 'problem') return 'Nothing was verified';
  if ('rule' in result.answer) return policyHeadings[result.answer.verdict];
  return result.answer.verdict === 'verified' ? 'It is what they signed' : 'It does not verify';
}

function Outcome({ shown: { result, fileName } }: { shown: ShownVerification }) {
  if (result.kind === 'problem') {
    return (
      <p className="problem" role="alert">
        {result.words}
      </p>
    );
  }
  const { answer } = result;
  return 'rule' in answer ? (
    <PolicyVerdict answer={answer} />
  ) : (
    <Verdict answer={answer} byBytes={fileName !== undefined} />
  );
}

function Details({
  answer,
  fileName,
}: {
  answer: SignerAnswer | PolicyAnswer;
  fileName: string | undefined;
}) {
  const sha256 = /^sha256:([0-9a-f]{64})$/.exec(answer.artifact)?.[1];
  return (
    <>
      {'rule' in answer && <PolicyReport answer={answer} />}
      {'steps' in answer && answer.steps.length > 0 && (
        <Line label="Each step">
          <StepList steps={answer.steps} />
        </Line>
      )}
      <Line label="What was checked">
        <Facts>
          {fileName !== undefined && (
            <Fact label="File">
              <Stranger text={fileName} />
            </Fact>
          )}
          <Fact label="Digest">
            <code className="whole">{answer.artifact}</code>
          </Fact>
          <Fact label="Trusted root read">
            <Time at={answer.trustReadAt} />
          </Fact>
        </Facts>
        {sha256 !== undefined && (
          <p>
            <a href={`/d/${sha256}`}>Everyone who signed this artifact</a>
          </p>
        )}
      </Line>
    </>
  );
}
