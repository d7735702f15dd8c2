/** A run of CI proves a repository and its workflow; which issuers are believed the authority itself says. */
import { afterAll, describe, expect, it } from 'vitest';
import { audienceOf, provesByRun, readCiToken } from '#app/account/ownership/ci-token.ts';
import { ciIssuers } from '#app/account/ownership/ci-issuers.ts';
import { readOwned } from '#app/account/ownership/name.ts';
import { askOwnership } from '#app/account/ownership/store.ts';
import { makeUser, personalTeamId } from '#app/account/user.ts';
import { guardedFetch } from '#lib/server/guarded-fetch.ts';
import { freshDatabase } from '#tests/harness/database.ts';
import { startFailingCtLog } from '#tests/harness/failing-ct-log.ts';
import { startTestCa } from '#tests/harness/test-ca.ts';
import { startTestIssuer } from '#tests/harness/test-issuer.ts';

const { sql } = await freshDatabase();

async function asked(kind: 'repository', name: string) {
  const owned = readOwned(kind, name);
  if (typeof owned === 'string') throw new Error(`${name} is no ${kind}`);
  return sql
    .begin(async (transaction) => {
      const userId = await makeUser(transaction);
      const teamId = (await personalTeamId(transaction, userId)) ?? '';
      return { userId, teamId };
    })
    .then(({ userId, teamId }) =>
      askOwnership(sql, { userId, teamId, owned, actor: { kind: 'user', id: userId } }),
    );
}

describe('by a CI run', async () => {
  const issuer = await startTestIssuer();
  const stranger = await startTestIssuer();
  const pipeline = await startTestIssuer();
  const ct = await startFailingCtLog();
  // The authority itself: what it lists is what this believes. One issuer may be one of people as well.
  const ca = await startTestCa({
    database: await freshDatabase(),
    logUrl: ct.url,
    issuers: {
      OIDCIssuers: {
        people: { IssuerURL: issuer.url, ClientID: 'people', Type: 'email' },
        builds: { IssuerURL: issuer.url, ClientID: 'sigstore', Type: 'github-workflow' },
        [pipeline.url]: { ClientID: 'sigstore', Type: 'ci-provider', CIProvider: 'gitlab-pipeline' },
      },
    },
  });
  const issuers = ciIssuers(guardedFetch(ca.url), (url) => guardedFetch(url));
  afterAll(async () => {
    await ca.close();
    await ct.close();
    await pipeline.close();
    await issuer.close();
    await stranger.close();
  });
  const run = {
    repository: 'Acme/App',
    repository_id: '41',
    repository_owner: 'Acme',
    repository_owner_id: '7',
    workflow_ref: 'Acme/App/.github/workflows/R.yml@refs/heads/main',
    event_name: 'push',
    ref: 'refs/heads/main',
  };

  it('a repository and its workflow, bound to their numbers', async () => {
    const ownership = await asked('repository', 'github.com/acme/app');
    const read = await readCiToken(
      issuers,
      await issuer.token({ ...run, aud: audienceOf(ownership.challenge) }),
    );
    expect(read).toMatchObject({
      challenge: ownership.challenge,
      bound: { repositoryId: '41', ownerId: '7' },
    });
    expect(provesByRun(ownership, read)).toBe(true);
    expect(provesByRun({ ...ownership, bound: { repositoryId: '42' } }, read)).toBe(false);
    expect(provesByRun({ ...ownership, value: 'github.com/acme/other' }, read)).toBe(false);
    expect(
      provesByRun(
        { ...ownership, kind: 'workflow', value: 'github.com/acme/app/.github/workflows/R.yml' },
        read,
      ),
    ).toBe(true);
    expect(
      provesByRun(
        { ...ownership, kind: 'workflow', value: 'github.com/acme/app/.github/workflows/r.yml' },
        read,
      ),
    ).toBe(false);
  });

  it.each([
    ['for another audience', { aud: 'sigstore' }],
    ['for two audiences', { aud: ['sigwatch-ownership:x', 'sigstore'] }],
    ['of a pull request', { event_name: 'pull_request' }],
    ['of what others propose', { event_name: 'pull_request_target' }],
    ['of a pull request’s ref', { ref: 'refs/pull/1/merge' }],
    ['too old', { iat: Math.floor(Date.now() / 1000) - 90_000, exp: Math.floor(Date.now() / 1000) - 86_400 }],
    ['without an end', { exp: undefined }],
    ['without the number', { repository_id: undefined }],
  ])('not by a token %s', async (_, claims) => {
    const token = await issuer.token({ ...run, aud: audienceOf('x'), ...claims });
    await expect(readCiToken(issuers, token)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('not by a token that nobody signed', async () => {
    const signed = await issuer.token({ ...run, aud: audienceOf('x') });
    const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    for (const signature of ['', signed.split('.')[2]])
      await expect(
        readCiToken(issuers, [none, signed.split('.')[1], signature].join('.')),
      ).rejects.toMatchObject({ code: 'invalid' });
  });

  it('of a pipeline, whose issuer the authority lists by the name of its provider', async () => {
    const claims = {
      project_path: 'Acme/App',
      project_id: '41',
      namespace_id: '7',
      ci_config_ref_uri: 'gitlab.example/Acme/App//.gitlab-ci.yml@refs/heads/main',
      pipeline_source: 'push',
      aud: audienceOf('x'),
    };
    expect(await readCiToken(issuers, await pipeline.token(claims))).toMatchObject({
      repository: `${new URL(pipeline.url).host}/acme/app`,
      bound: { repositoryId: '41', ownerId: '7' },
    });
  });

  it('nothing is asked of an issuer that the authority does not list', async () => {
    const token = await stranger.token({ ...run, aud: audienceOf('x') });
    await expect(readCiToken(issuers, token)).rejects.toMatchObject({ code: 'invalid' });
    expect(stranger.requests).toEqual([]);
    const forged = await stranger.token({ ...run, iss: issuer.url, aud: audienceOf('x') });
    await expect(readCiToken(issuers, forged)).rejects.toMatchObject({ code: 'invalid' });
  });
});
