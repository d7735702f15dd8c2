/** `sigwatch trust apply`: takes in what offline keys have signed, when every client will accept it. */
import { z } from 'zod';
import { readConfig } from '#lib/server/config.ts';
import { repositoryPlace } from '../trust-root/tuf/mount.ts';
import { readRepository } from '../trust-root/tuf/repository.ts';
import {
  acceptedRoot,
  acceptedTargets,
  readStaged,
  signedFile,
  writeStaged,
} from '../trust-root/tuf/staged.ts';
import { TufError } from '../trust-root/tuf/tuf-error.ts';
import { runCommand, say } from './run.ts';

await runCommand(z.object({ file: z.string() }), ({ file }) => {
  const place = repositoryPlace(readConfig());
  const current = readRepository(place.folder);
  if (current === undefined)
    throw new TufError('repository-lost', `${place.folder} holds no repository yet.`);
  const staged = readStaged(file);
  const root = acceptedRoot(staged, current.root);
  const targets = acceptedTargets(staged, current.targets, root ?? current.root);
  if ((root ?? targets) === undefined) {
    say('Nothing of it is signed by as many keys as it takes, or it was published already.');
    return 1;
  }
  writeStaged(signedFile(place.keys.folder), { ...(root && { root }), ...(targets && { targets }) });
  const taken = [root && 'root', targets && 'targets'].filter((name) => name !== undefined);
  say(`Taken in: ${taken.join(' and ')}. A running authority publishes it within a minute.`);
  return 0;
});
