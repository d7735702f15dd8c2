import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import '#lib/design/tokens.css';
import './ui/base.css';
import './ui/frame.css';
import './ui/ledger.css';
import './ui/forms.css';
import './ui/copy.css';
import './ui/marks.css';
import './ui/path.css';
import './ui/names.css';
import './ui/records.css';
import './ui/reference.css';
import './ui/rhythm.css';
import { readTheme } from './theme/theme.ts';
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
  // Asking for headers says that every page is made at its moment: each shows the state of the logs.
  const sent = await headers();
  const theme = readTheme(sent.get('cookie'));
  return (
    <html lang="en" data-theme={theme}>
      <body>
        <Frame theme={theme} path={sent.get('x-sigwatch-path') ?? '/'}>
          {children}
        </Frame>
      </body>
    </html>
  );
}
