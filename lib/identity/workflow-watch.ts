/** A workflow as it is watched: its path, and behind an `@` the refs that count, with `*` and `**` as in any pattern. */
import { matchesText } from '#lib/verify/text-pattern.ts';

export interface WorkflowWatch {
  /** `host/owner/name/path/file.yml` */
  readonly path: string;
  /** Undefined: any. */
  readonly ref: string | undefined;
}

export function workflowWatch(value: string): WorkflowWatch {
  const at = value.indexOf('@');
  return at === -1 ? { path: value, ref: undefined } : { path: value.slice(0, at), ref: value.slice(at + 1) };
}

/** Whether the name of a signer is this workflow, at a ref that counts: all of the ref, in linear time. */
export function isWorkflowAt({ path, ref }: WorkflowWatch, name: string): boolean {
  const whole = name.replace(/^https:\/\//, '');
  if (!whole.startsWith(`${path}@`)) return ref === undefined && whole === path;
  return ref === undefined || matchesText({ kind: 'glob', glob: ref }, whole.slice(path.length + 1));
}

/** How the names of such signers begin, as far as no wildcard leaves it open. */
export function workflowBeginning({ path, ref }: WorkflowWatch): string {
  return ref === undefined ? path : `${path}@${ref.split('*', 1)[0] ?? ''}`;
}
