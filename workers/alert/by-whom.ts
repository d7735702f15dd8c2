/** Who did it, in words, as far as a trusted authority vouches for it: a person by the login, a build by what was run. */
import { visibleText } from '#lib/encoding/visible-text.ts';
import { bothSpellings } from '#lib/identity/both-spellings.ts';
import { asSpelled, signedTogether, type Facts } from '#lib/rules/facts.ts';
import { triggerOf, workflowOf } from '#lib/rules/history.ts';

/** `name`: what it was signed as. */
export function whoDidIt(facts: Facts, name: string): string {
  const { claims, source } = facts;
  const workflow = workflowOf(claims);
  const isBuild = (workflow ?? triggerOf(claims) ?? claims['runInvocationUri']) !== undefined;
  if (!isBuild) return `somebody who logged in as ${visibleText(bothSpellings(asSpelled(facts, name)))}`;
  const what =
    workflow === undefined ? 'a build' : `a run of workflow ${visibleText(fileOf(workflow, claims), 160)}`;
  return source === null
    ? `${what}, known as ${visibleText(asSpelled(facts, name))},`
    : `${what} in repository ${visibleText(asSpelled(facts, source))}`;
}

/** Its file, where that lies in the repository that is named beside it. */
function fileOf(workflow: string, { sourceRepositoryUri: repository }: Facts['claims']): string {
  if (repository === undefined || !workflow.startsWith(`${repository}/`)) return workflow;
  return workflow.slice(repository.length + 1).replace(/^\.github\/workflows\//, '');
}

/** All who signed together, as one phrase; undefined where one did, or nobody. */
export function signersNamed(facts: Facts): string | undefined {
  const together = signedTogether(facts);
  if (together === undefined) return undefined;
  const names = together.names.map((name) => visibleText(name, 100));
  const [last = ''] = names.slice(-1);
  return together.more > 0
    ? `${names.join(', ')} and ${together.more} more`
    : `${names.slice(0, -1).join(', ')} and ${last}`;
}
