import type { Metadata, Viewport } from 'next';
import { connection } from 'next/server';
import type { ReactNode } from 'react';
import '#lib/design/tokens.css';
import './ui/base.css';
import './ui/frame.css';
import './ui/ledger.css';
import './ui/forms.css';
import './ui/marks.css';
import './ui/rhythm.css';
import { Frame } from './ui/frame.tsx';

export const metadata: Metadata = {
  title: { default: 'Sigwatch: has anyone signed code as you?', template: '%s · Sigwatch' },
  description:
    'See who signed software as you, proved against public transparency logs, and be told when it was not you.',
};

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#eef2ea' },
    { media: '(prefers-color-scheme: dark)', color: '#0a0f13' },
  ],
};

export default async function Layout({ children }: { children: ReactNode }) {
  // Every page shows the state of the logs at this moment.
  await connection();
  return (
    <html lang="en">
      <body>
        <Frame>{children}</Frame>
      </body>
    </html>
  );
}
