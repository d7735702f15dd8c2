import type { Metadata } from 'next';
import { Opening, Page } from '../../ui/ledger.tsx';

export const metadata: Metadata = { title: 'Finish signing in', robots: { index: false } };

/** Loading this page does nothing: what the provider answered is used when the button is pressed, once. */
export default function ReturnPage() {
  return (
    <Page>
      <Opening label="Sign in">
        <h1>You are back</h1>
        <p className="lead">One press finishes it. If you did not just sign in, close this page.</p>
        {/* No action: the form is sent to this very address, which holds the answer. */}
        <form method="post">
          <input type="hidden" name="act" value="finish" />
          <button type="submit">Finish</button>
        </form>
      </Opening>
    </Page>
  );
}
