import { expect, it } from 'vitest';
import { isWorkflowAt, workflowBeginning, workflowWatch } from './workflow-watch.ts';

const path = 'github.com/acme/app/.github/workflows/release.yml';

it.each([
  [path, `https://${path}@refs/tags/v1`, true],
  [path, path, true],
  [path, `https://${path}.evil@refs/tags/v1`, false],
  [`${path}@refs/tags/v*`, `https://${path}@refs/tags/v1.2`, true],
  [`${path}@refs/tags/v*`, `https://${path}@refs/heads/v1`, false],
  [`${path}@refs/tags/v*`, `https://${path}@refs/tags/v1/x`, false],
  [`${path}@refs/tags/**`, `https://${path}@refs/tags/v1/x`, true],
  [`${path}@refs/heads/main`, `https://${path}@refs/heads/main`, true],
  [`${path}@refs/heads/main`, `https://${path}@refs/heads/main2`, false],
  [`${path}@refs/heads/main`, `https://${path}`, false],
])('%s takes in %s: %s', (watched, name, isIn) => {
  expect(isWorkflowAt(workflowWatch(watched), name)).toBe(isIn);
});

it('begins as far as no wildcard leaves it open', () => {
  expect(workflowBeginning(workflowWatch(`${path}@refs/tags/v*`))).toBe(`${path}@refs/tags/v`);
  expect(workflowBeginning(workflowWatch(path))).toBe(path);
});
