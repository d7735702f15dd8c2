import type { Metadata } from 'next';
import { RefusedPage } from './ui/refused.tsx';

export const metadata: Metadata = { title: 'There is no such page' };

export default function NotFound() {
  return (
    <RefusedPage
      status={404}
      heading="There is no such page"
      why="The address leads nowhere, or the link was cut short on its way to you."
    />
  );
}
