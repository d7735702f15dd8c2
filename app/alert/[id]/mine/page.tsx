import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Opening, Page } from '../../../ui/ledger.tsx';
import { choiceWords } from '../../choice-words.ts';
import { AlertFacts, AlertSentence, VerdictMark, WhyTold } from '../../alert-facts.tsx';
import { alertOfPage, type Asked } from '../../asked.ts';
import { asksNumber } from '../../entry-number.ts';
import { offeredScopes } from '../../mine-scope.ts';
import { ScopeChoice } from '../../scope-choice.tsx';

export const metadata: Metadata = { title: 'This was me', robots: { index: false } };

export default async function MinePage(asked: Asked) {
  const found = await alertOfPage(asked);
  if (found === undefined) notFound();
  const { alert, token } = found;
  const { mine, aboutMine, notMine, answer } = choiceWords(alert.facts);
  return (
    <Page>
      <Opening label={<VerdictMark verdict={alert.verdict} />}>
        <h1>
          <AlertSentence alert={alert} />
        </h1>
        <WhyTold alert={alert} />
        <p>{aboutMine}</p>
        <form method="post" className="stack">
          <input type="hidden" name="answer" value={answer} />
          {asksNumber(alert) && (
            <p>
              <label>
                To know that a person says so, type the number of the entry, as in the mail{' '}
                <input name="entry" inputMode="numeric" autoComplete="off" required maxLength={24} />
              </label>
            </p>
          )}
          <div className="choices">
            <button type="submit">{answer === 'mine' ? 'Yes, this was me' : mine}</button>
            <a className="button second" href={`/alert/${alert.id}/not-mine?token=${token}`}>
              {answer === 'mine' ? 'No, it wasn’t' : notMine}
            </a>
          </div>
        </form>
        {!alert.isSecond && (
          <ScopeChoice offered={offeredScopes(alert.verdict, alert.facts)} fields={{ answer: 'mine' }} />
        )}
      </Opening>
      <AlertFacts alert={alert} />
    </Page>
  );
}
