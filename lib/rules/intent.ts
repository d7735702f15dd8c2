/**
 * An intent announces signatures before they are made: this file, or so many, from this repository, until then. Made
 * under a credential that the build runner does not hold; whoever takes over a build cannot announce what it signs.
 */
import { matchesText } from '#lib/verify/text-pattern.ts';
import { refOf, withoutRef, workflowOf } from './history.ts';
import type { Facts } from './facts.ts';

export interface Intent {
  readonly number: bigint;
  /** A repository, or the name that signs. */
  readonly source: string;
  /** Lower case hexadecimal; undefined for any file. */
  readonly digest: string | undefined;
  /** How many signatures it is good for. */
  readonly wanted: number;
  readonly ref: string | undefined;
  /** Its address without the ref, or the name of its file. */
  readonly workflow: string | undefined;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly until: number;
}

/** The clock of the authority may be behind the one that dated the intent by so much. */
const clockSkewMs = 10_000;

/** Whether the intent announces this signature, made at `at`; how often it was used already is not asked. */
export function announces(intent: Intent, facts: Facts, at: number): boolean {
  if (at < intent.createdAt - clockSkewMs || at > intent.until) return false;
  if (intent.source !== facts.source && intent.source !== facts.identity) return false;
  if (intent.digest !== undefined && intent.digest !== facts.digest) return false;
  return fits(intent.ref, refOf(facts.claims)) && isWorkflow(intent.workflow, workflowOf(facts.claims));
}

function isWorkflow(wanted: string | undefined, workflow: string | undefined): boolean {
  if (wanted === undefined) return true;
  if (workflow === undefined) return false;
  const isAddress = wanted.includes('/');
  return isAddress
    ? withoutRef(wanted)?.replace(/^https:\/\//, '') === workflow.replace(/^https:\/\//, '')
    : workflow.endsWith(`/${wanted}`);
}

function fits(glob: string | undefined, value: string | undefined): boolean {
  return glob === undefined || (value !== undefined && matchesText({ kind: 'glob', glob }, value));
}
