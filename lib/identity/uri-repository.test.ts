import { expect, it } from 'vitest';
import { repositoryOfUri } from './uri-repository.ts';

it.each([
  ['https://github.com/Corp/App/.github/workflows/rel.yml@refs/tags/v1', 'github.com/Corp/App'],
  ['https://github.com/Corp/App', 'github.com/Corp/App'],
  ['git+https://git@github.com:443/Corp/App.git@v1', 'github.com/Corp/App.git'],
  ['https://github.com//Corp/App', undefined],
  ['https://gitlab.com/group/sub/app//path/.gitlab-ci.yml@refs/heads/main', 'gitlab.com/group/sub/app'],
  ['https://git.example/group/sub/app/-/blob/main/x', 'git.example/group/sub/app'],
  ['https://git.example/corp/app/.gitea/workflows/r.yml@refs/tags/v1', 'git.example/corp/app'],
  ['spiffe://example.com/ci/release', 'example.com/ci/release'],
  ['https://accounts.example/users/1/2', undefined],
  ['https://github.com/corp', undefined],
  ['mailto:jane@example.com', undefined],
  ['not a uri', undefined],
])('%s is in %s', (uri, repository) => {
  expect(repositoryOfUri(uri)).toBe(repository);
});
