import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { dependencies } from './dependencies.ts';
import { destination } from './find/destination.ts';
import { SearchBox } from './find/search-box.tsx';
import { FirstRun } from './first-run.tsx';
import { readHistory } from './logs/history.ts';
import { LogTable } from './logs/log-table.tsx';
import { listLogs } from './logs/store.ts';
import { hasSignings } from './signings/store.ts';
import { Line, Opening, Page } from './ui/ledger.tsx';

export const metadata: Metadata = { title: { absolute: 'Sigwatch: has anyone signed code as you?' } };

export default async function Home({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[]>>;
}) {
  const deps = dependencies();
  const { q } = await searchParams;
  const typed = typeof q === 'string' ? q.slice(0, 20_000) : undefined;
  const found = typed === undefined ? undefined : await destination(deps, typed);
  if (found?.path !== undefined) redirect(found.path);
  const now = deps.now();
  const [logs, signed, history] = await Promise.all([
    listLogs(deps),
    hasSignings(deps),
    readHistory(deps, now, 24),
  ]);
  return (
    <Page>
      <Opening label="Look up">
        <h1 className="great">Has anyone signed code as you?</h1>
        <SearchBox large typed={typed ?? ''} problem={found?.problem} />
      </Opening>
      {!signed && <FirstRun config={deps.config} />}
      <Line label="What this is">
        <ol className="lead stack">
          <li>Software is signed with logins now, and each signature goes into a public log for ever.</li>
          <li>We read the logs, prove that nothing was changed or left out, and look for your name.</li>
          <li>Signed as you and not expected? You get a mail within seconds.</li>
        </ol>
      </Line>
      <Line label="Logs we read">
        <LogTable logs={logs} history={history} now={now} />
      </Line>
    </Page>
  );
}
