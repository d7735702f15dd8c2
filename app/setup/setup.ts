/** How clients are pointed at this instance: the same for the page and for programs. */
import type { z } from 'zod';
import { clientLines as lastingLines } from '#lib/trust/client-lines.ts';
import type { Dependencies } from '../dependencies.ts';
import { clientLines } from './client-lines.ts';
import type { setupAnswer } from './schemas.ts';

const trustFiles = ['trusted_root.json', 'signing_config.v0.2.json', 'client_trust_config.json', 'tuf/'];

export async function readSetup({
  config,
  firstRoot: readFirstRoot,
}: Pick<Dependencies, 'config' | 'firstRoot'>): Promise<z.infer<typeof setupAnswer>> {
  const firstRoot = await readFirstRoot();
  const places = { caUrl: config.ca.url, logUrl: config.log.url };
  return {
    once: clientLines(config).map(({ client, lines }) => ({ client, lines: [...lines] })),
    lasting: firstRoot === undefined ? null : lastingLines({ ...places, firstRoot }),
    trustFiles: trustFiles.map((name) => `${config.ca.url}/${name}`),
  };
}
