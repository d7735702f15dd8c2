import { visibleText } from '#lib/encoding/visible-text.ts';
import { dependencies } from '../dependencies.ts';
import { SearchBox } from '../find/search-box.tsx';
import { listLogs } from '../logs/store.ts';
import { Line } from '../ui/ledger.tsx';
import { RefusedPage } from '../ui/refused.tsx';
import { Stranger } from '../ui/text.tsx';
import { grouped } from '../ui/time.ts';

/** Of an address that names no entry of a log that we follow: which logs there are, and how far each goes. */
export async function NoSuchEntry({ logName }: { logName?: string }) {
  const logs = await listLogs(dependencies());
  const why =
    logName === undefined
      ? `An entry is found by its log and its number, in digits alone: /e/${visibleText(logs[0]?.id ?? 'rekor', 80)}/12.`
      : `We follow no log named ${visibleText(logName, 80)}.`;
  return (
    <RefusedPage status={404} heading="There is no such entry" why={why}>
      {logs.length > 0 && (
        <Line label="Logs followed here">
          <ul>
            {logs.map((log) => (
              <li key={log.id}>
                <a href={`/logs#${encodeURIComponent(log.id)}`}>
                  <Stranger text={log.id} mono />
                </a>
                {log.verifiedSize > 0n && `, up to entry ${grouped(log.verifiedSize - 1n)}`}
              </li>
            ))}
          </ul>
        </Line>
      )}
      <Line label="Look something up">
        <SearchBox />
      </Line>
    </RefusedPage>
  );
}
