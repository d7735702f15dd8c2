import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Opening, Page } from '../../../ui/ledger.tsx';
import { AlertFacts, AlertSentence, VerdictMark } from '../../alert-facts.tsx';
import { alertOfPage, type Asked } from '../../asked.ts';
import { offeredScopes } from '../../mine-scope.ts';
import { ScopeChoice } from '../../scope-choice.tsx';

export const metadata: Metadata = { title: 'This was me', robots: { index: false } };

export default async function MinePage(asked: Asked) {
  const found = await alertOfPage(asked);
  if (found === undefined) notFound();
  const { alert, token } = found;
  return (
    <Page>
      <Opening label={<VerdictMark verdict={alert.verdict} />}>
        <h1>
          <AlertSentence alert={alert} />
        </h1>
        <p className="lead">You are about to say that this was you. Look at the facts below first.</p>
        <form method="post" className="stack">
          <input type="hidden" name="answer" value="mine" />
          {!alert.isSecond && <ScopeChoice offered={offeredScopes(alert.verdict, alert.facts)} />}
          <div className="choices">
            <button type="submit">Yes, this was me</button>
            <a className="button second" href={`/alert/${alert.id}/not-mine?token=${token}`}>
              No, it wasn’t
            </a>
          </div>
        </form>
      </Opening>
      <AlertFacts alert={alert} />
    </Page>
  );
}
