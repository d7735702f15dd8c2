/**
 * The names in a certificate to come that a freeze may be about: its holder, the repository its run came from, and the
 * repository its workflow is kept in, since a workflow signs by the name of that one whoever called it.
 */
import { normalise } from '#lib/identity/normalise.ts';
import type { FreezeName } from '#lib/server/freezes.ts';
import type { Identity } from '../oidc/identity.ts';
import type { FreezableNames } from './store.ts';

// Groups of GitLab lie in one another twenty deep.
const deepestRepository = 24;

export function freezableNames({ subjectAltName: { kind, value }, claims }: Identity): FreezableNames {
  const github = claims.githubWorkflowRepository;
  const sources = [claims.sourceRepositoryUri, github && `github.com/${github}`].flatMap((source) =>
    normalise('repository', source ?? ''),
  );
  const hosts = kind === 'uri' ? repositoriesOf(value) : [];
  const [source] = sources;
  const id = claims.sourceRepositoryIdentifier;
  const owner = claims.sourceRepositoryOwnerIdentifier;
  return {
    names: [...normalise(kind, value), ...sources, ...hosts].map((each) => ({
      kind: each.kind as FreezeName['kind'],
      value: each.value,
    })),
    repository:
      source === undefined || id === undefined
        ? undefined
        : { host: source.value.split('/', 1)[0] ?? '', id },
    numbers: [...(id ? [`repository ${id}`] : []), ...(owner ? [`owner ${owner}`] : [])],
  };
}

/** Every path above the file of a workflow: where the repository's name ends is its host's business. */
function repositoriesOf(uri: string): ReturnType<typeof normalise> {
  const path = uri.replace(/@.*$/, '').split('/');
  const ends = Array.from({ length: Math.min(path.length, deepestRepository) }, (_, at) => at + 1);
  return ends
    .filter((end) => end > 4 && path[end - 1] !== '')
    .flatMap((end) => normalise('repository', path.slice(0, end).join('/')));
}
