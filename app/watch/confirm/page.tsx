import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { dependencies } from '../../dependencies.ts';
import { tokenOf } from '../../form.ts';
import { Confirmation } from './confirmation.tsx';
import { readConfirmed } from './confirmed-cookie.ts';

export const metadata: Metadata = { title: 'Watch', robots: { index: false } };

export default async function ConfirmPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const asked = await searchParams;
  const held = readConfirmed(dependencies().config, (await headers()).get('cookie'));
  return Confirmation({ token: tokenOf(asked['token']), held });
}
