/** What a shard is opened as: its name in checkpoints, its kind of key, and how it stores entries. */
import { ctBundle } from '../ct/record.ts';
import type { LogPlan } from '../open-log.ts';
import { rekorBundle } from '../rekor/bundle.ts';
import { rekorV1Bundle } from '../rekor/record-v1.ts';
import { kindOf, type Shard } from './shard-file.ts';

export function planOf({ name, url: baseUrl }: Shard): LogPlan {
  // Clients take the origin from the hostname of the log's URL: no port, no path.
  const { hostname } = new URL(baseUrl);
  const kind = kindOf({ name });
  const common = { name, kind, baseUrl } as const;
  switch (kind) {
    case 'rekor-v2':
      return { ...common, origin: hostname, keyType: 'ed25519', codec: rekorBundle };
    case 'rekor-v1':
      return { ...common, origin: hostname, keyType: 'ecdsa-p256', codec: rekorV1Bundle };
    case 'ct':
      return { ...common, origin: `${hostname}/${name}`, keyType: 'ecdsa-p256', codec: ctBundle };
  }
}
