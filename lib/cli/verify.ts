/** `sigwatch verify`: one artifact, one bundle, one answer with its steps. */
import type { Verification, VerifiedSignature } from '#lib/verify/verification.ts';
import type { Artifact } from '#lib/verify/artifact.ts';
import { verifyBundle, type VerificationOptions } from '#lib/verify/verify-bundle.ts';
import type { Bundle } from '#lib/bundle/bundle.ts';
import { visibleText } from '#lib/encoding/visible-text.ts';
import { verificationJson } from '#lib/verify/verification-json.ts';
import { exitCode, type ExitCode } from './exit-codes.ts';

export interface VerifyJob {
  readonly artifactName: string;
  readonly artifact: Artifact;
  readonly bundle: Bundle;
  readonly options: VerificationOptions;
  readonly json: boolean;
  readonly colour: boolean;
}

export async function verify(job: VerifyJob, print: (text: string) => void): Promise<ExitCode> {
  const verification = await verifyBundle(job.bundle, job.artifact, job.options);
  print(job.json ? `${JSON.stringify(toJson(job, verification), null, 2)}\n` : toText(job, verification));
  return verification.verdict === 'verified' ? exitCode.yes : exitCode.no;
}

function toJson({ artifactName }: VerifyJob, verification: Verification): object {
  const { verdict, ...rest } = verificationJson(verification);
  return { verdict, artifact: artifactName, ...rest };
}

const marks = { passed: '✓', failed: '✗', skipped: '·' } as const;
const colours = { passed: 32, failed: 31, skipped: 90 } as const;

function toText({ artifactName, colour }: VerifyJob, verification: Verification): string {
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const lines = verification.steps.map((result) => {
    const said = result.outcome === 'passed' ? result.facts.join('; ') : result.reason;
    return `${paint(colours[result.outcome], marks[result.outcome])} ${result.step.padEnd(12)} ${said}`;
  });
  const named = visibleText(artifactName);
  const verdict =
    verification.verdict === 'verified'
      ? paint(32, `Verified: ${said(named, verification.signature)}.`)
      : paint(31, `Refused: ${verification.failure.reason} (${verification.failure.code}).`);
  return `${[...lines, verdict].join('\n')}\n`;
}

/** An attestation says something of the artifact, and what it says may be that it is bad. */
function said(named: string, signature: VerifiedSignature): string {
  const { predicateType } = signature;
  if (predicateType === undefined) return `${named} was signed by ${signerText(signature)}`;
  const what = `an attestation of type ${visibleText(predicateType)}`;
  return `${what} about ${named} was signed by ${signerText(signature)}; what it says is for you to read`;
}

function signerText({ signer, times }: VerifiedSignature): string {
  const at = times[0] === undefined ? '' : ` at ${times[0].time.toISOString()}`;
  return signer.kind === 'key' ? `the given key${at}` : `${visibleText(signer.identity)}${at}`;
}
