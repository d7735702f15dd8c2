/** `sigwatch policy check`: the signatures on one artifact against a policy, and who is missing. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import { evaluatePolicy, type PolicyReport, type RuleReport } from '#lib/policy/evaluate-policy.ts';
import { PolicyError } from '#lib/policy/policy-error.ts';
import type { Policy } from '#lib/policy/policy.ts';
import { readPolicy } from '#lib/policy/read-policy.ts';
import { verifySubmission } from '#lib/policy/verify-submission.ts';
import type { TrustedRoot } from '#lib/trust/trusted-root.ts';
import type { Artifact } from '#lib/verify/artifact.ts';
import type { Submission } from '#lib/policy/submission.ts';
import type { Collected, FromLog } from './collect-from-log.ts';
import { CommandError, exitCode, type ExitCode } from './exit-codes.ts';
import { readText } from './read-input.ts';
import { searchedLines } from './signings.ts';

export interface PolicyJob {
  readonly policy: Policy;
  readonly artifactName: string;
  readonly artifact: Artifact;
  readonly trustedRoot: TrustedRoot;
  /** Bundles by the name people know them under. */
  readonly bundles: ReadonlyMap<string, string>;
  /** Undefined when the logs were not asked. */
  readonly logged?: { readonly instance: string; readonly collected: Collected } | undefined;
  readonly now: Date;
  readonly json: boolean;
  readonly colour: boolean;
}

export function readPolicyFile(path: string): Policy {
  const text = readText(path);
  try {
    return readPolicy(text);
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause;
    throw new CommandError(exitCode.usage, `${path}: ${cause.message} (${cause.code})`, { cause });
  }
}

export async function checkPolicy(job: PolicyJob, print: (text: string) => void): Promise<ExitCode> {
  const submissions = [];
  for (const [name, text] of job.bundles) submissions.push(await verifySubmission(name, text, job));
  for (const one of job.logged?.collected.found ?? []) submissions.push(await verifyLogged(one, job));
  const report = evaluatePolicy(job.policy, { artifact: job.artifact, submissions, now: job.now });
  print(
    job.json
      ? `${JSON.stringify({ artifact: job.artifactName, ...report, ...searchedJson(job) }, null, 2)}\n`
      : toText(job, report),
  );
  return report.verdict === 'satisfied' ? exitCode.yes : exitCode.no;
}

/** No time that anybody signed for, and an observer whom the policy does not name: that is the reason, and how to change it. */
async function verifyLogged(one: FromLog, job: PolicyJob): Promise<Submission> {
  const { name } = one;
  if ('code' in one)
    return { name, verification: { verdict: 'unreadable', code: one.code, reason: one.reason } };
  const by = job.logged?.instance ?? '';
  const believed = job.policy.observers.has(by);
  const submission = await verifySubmission(name, one.bundle, {
    ...job,
    observed: believed ? { time: one.seenAt, by } : undefined,
  });
  const { verification } = submission;
  const failure = verification.verdict === 'refused' ? verification.failure : undefined;
  if (failure?.code !== 'timestamp-missing') return submission;
  const reason =
    `nobody signed for its time: the log states none, and the policy does not name ${by} among its observers ` +
    `(first seen there at ${one.seenAt.toISOString()})`;
  return { name, verification: { verdict: 'unreadable', code: failure.code, reason } };
}

function searchedJson({ logged }: PolicyJob): object {
  return logged === undefined ? {} : { instance: logged.instance, searched: logged.collected.searched };
}

function toText(job: PolicyJob, report: PolicyReport): string {
  const { artifactName, colour } = job;
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const signatures = report.signatures.map((one) =>
    one.outcome === 'counts'
      ? `${paint(32, '✓')} ${visibleText(one.name)}: ${one.person}`
      : `${paint(31, '✗')} ${visibleText(one.name)}: ${one.reason} (${one.code})`,
  );
  const yes = report.verdict === 'satisfied';
  const verdict = `${yes ? 'Satisfied' : 'Not satisfied'}: ${visibleText(artifactName)}: ${report.reason}.`;
  return `${[...signatures, ...ruleLines(report.rule, ''), ...searchedLines(job.logged?.collected.searched ?? []), paint(yes ? 32 : 31, verdict)].join('\n')}\n`;
}

function ruleLines(rule: RuleReport, indent: string): string[] {
  const mark = rule.satisfied ? '✓' : '✗';
  if (rule.kind !== 'threshold') {
    const inner = rule.rules.flatMap((one) => ruleLines(one, `${indent}  `));
    return [`${indent}${mark} ${rule.kind === 'all' ? 'all of' : 'any of'}`, ...inner];
  }
  const missing = rule.satisfied || rule.missing.length === 0 ? '' : `; missing: ${rule.missing.join(', ')}`;
  return [
    `${indent}${mark} ${rule.signed.length} of ${rule.atLeast} from ${rule.label}${missing}`,
    ...rule.notCounted.map(
      ({ name, reason }) => `${indent}    ${visibleText(name)} does not count: ${reason}`,
    ),
  ];
}
