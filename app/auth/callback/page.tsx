/** Where the login leads back to: the page it was left from, which reads the answer and goes on. */
import type { Metadata } from 'next';
import SignPage from '../../sign/page.tsx';

export const metadata: Metadata = { title: 'Sign a file', robots: { index: false } };

export default function SignedInPage() {
  return <SignPage />;
}
