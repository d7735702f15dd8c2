import { expect, it } from 'vitest';
import { repositoryOfTypedSubject } from './token-subject.ts';

const github = 'https://token.actions.githubusercontent.com';

it.each([
  ['repo:Five/Lib:ref:refs/tags/v1', 'github.com/five/lib'],
  [`${github} repo:five/lib:environment:release`, 'github.com/five/lib'],
  ['https://git.example.com/oidc repo:five/lib:ref:refs/heads/main', undefined],
  [
    'https://git.example.com project_path:five/group/lib:ref_type:tag:ref:v1',
    'git.example.com/five/group/lib',
  ],
  ['project_path:five/lib:ref_type:branch:ref:main', 'gitlab.com/five/lib'],
  ['repo:five/lib', undefined],
  ['https://accounts.example.com 108345', undefined],
])('%s is of %s', (text, repository) => {
  expect(repositoryOfTypedSubject(text)?.value).toBe(repository);
});
