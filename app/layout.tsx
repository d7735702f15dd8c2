import type { ReactNode } from 'react';
import './ui/fonts.css';
import '#lib/design/tokens.css';

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
