/** What a proof changes for others, at once; should it fail here, the next turn of what is tended does it. */
import type { Dependencies } from '../../dependencies.ts';
import { spareOthers } from '../../freezes/spare-others.ts';
import { tellOfRivals } from './recheck.ts';

type Uses = Pick<Dependencies, 'sql' | 'config' | 'renderLetter' | 'freezes' | 'logger'>;

export async function afterProof(deps: Uses): Promise<void> {
  for (const told of [tellOfRivals, spareOthers])
    await told(deps).catch((error: unknown) =>
      deps.logger.warn({ err: error }, 'a proof was not told to others yet'),
    );
}
