/** The zone of whoever asks for this page, read once for all its times. */
import { headers } from 'next/headers';
import { cache } from 'react';
import { readZone } from './zone.ts';

export const zoneOfPage = cache(async (): Promise<string | undefined> => {
  return readZone((await headers()).get('cookie'));
});
