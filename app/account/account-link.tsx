import { placeOf } from './account-nav.tsx';
import { visitor } from './asked.ts';

/** In the head of every page: the way in, or to what is theirs, where that has no row of its own. */
export async function AccountLink({ path }: { path: string }) {
  if ((await visitor()) === undefined) return <a href="/sign-in">Sign in</a>;
  if (placeOf(path) !== undefined) return null;
  return (
    <>
      <a href="/watches">Watches</a>
      <a href="/alerts">Alerts</a>
    </>
  );
}
