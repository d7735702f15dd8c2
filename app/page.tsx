import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { dependencies } from './dependencies.ts';
import { destination } from './find/destination.ts';
import { SearchBox } from './find/search-box.tsx';
import { FirstRun } from './first-run.tsx';
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
  const typed = typeof q === 'string' ? q.slice(0, 4000) : undefined;
  const found = typed === undefined ? undefined : await destination(deps, typed);
  if (found?.path !== undefined) redirect(found.path);
  const logs = await listLogs(deps);
  const fresh = !(await hasSignings(deps));
  return (
    <Page>
      <Opening>
        <h1>Has anyone signed code as you?</h1>
        <SearchBox large typed={typed ?? ''} problem={found?.problem} />
      </Opening>
      {fresh && <FirstRun config={deps.config} />}
      <Line label="What this is">
        <p>
          Software is signed with logins now, and every such signature is written into public logs that cannot
          forget.
        </p>
        <p>We read those logs, prove that nothing in them was changed or left out, and look for your name.</p>
        <p>When something is signed as you that you did not expect, you get a mail within seconds.</p>
      </Line>
      <Line label="Logs we read">
        <LogTable logs={logs} now={deps.now()} />
      </Line>
    </Page>
  );
}
