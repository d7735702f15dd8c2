import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { dependencies } from '../dependencies.ts';
import { Command } from '../ui/command.tsx';
import { Fact, Facts, Line, Opening, Page } from '../ui/ledger.tsx';
import { Stranger, Time } from '../ui/text.tsx';
import type { SignerAnswer } from './schemas.ts';
import { verificationHeader, type ShownVerification } from './upload.ts';
import { StepList, Verdict } from './verdict.tsx';
import { VerifyForm } from './verify-form.tsx';

export const metadata: Metadata = { title: 'Verify a file' };

export default async function VerifyPage() {
  const { config, shownVerification } = dependencies();
  const shown = shownVerification((await headers()).get(verificationHeader));
  const issuer = `${config.ca.url}/oidc`;
  const typed = shown?.typed ?? { digest: '', identity: '', issuer };
  return (
    <Page>
      <Opening label="Verify">
        <h1>{shown === undefined ? 'Is this file what they signed?' : headingOf(shown)}</h1>
        {shown === undefined ? (
          <p className="lead">
            Give the file, its bundle, and who you expect to have signed it. You are told who did, by whose
            word and when, or at which step it fails.
          </p>
        ) : (
          <Outcome shown={shown} />
        )}
      </Opening>
      {shown?.result.kind === 'answer' && 'steps' in shown.result.answer && (
        <Details answer={shown.result.answer} fileName={shown.fileName} />
      )}
      <Line label={shown === undefined ? 'What and who' : 'Verify another'}>
        <VerifyForm typed={typed} ownIssuer={issuer} />
      </Line>
      <Line label="Without us">
        <p>The same check on your own machine, which then sends nothing:</p>
        <Command
          lines={[
            `curl -sO ${config.ca.url}/trusted_root.json`,
            'npx sigwatch verify FILE --bundle FILE.sigstore.json --trusted-root trusted_root.json \\',
            `  --identity jane@example.com --issuer ${issuer}`,
          ]}
        />
      </Line>
    </Page>
  );
}

function headingOf({ result }: ShownVerification): string {
  if (result.kind === 'problem') return 'Nothing was verified';
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
  return 'steps' in result.answer ? (
    <Verdict answer={result.answer} byBytes={fileName !== undefined} />
  ) : null;
}

function Details({ answer, fileName }: { answer: SignerAnswer; fileName: string | undefined }) {
  const sha256 = /^sha256:([0-9a-f]{64})$/.exec(answer.artifact)?.[1];
  return (
    <>
      {answer.steps.length > 0 && (
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
