import { visitor } from './asked.ts';

/** In the head of every page: the way in, or to what is theirs. */
export async function AccountLink() {
  if ((await visitor()) === undefined) return <a href="/sign-in">Sign in</a>;
  return (
    <>
      <a href="/alerts">Alerts</a>
      <a href="/settings">Account</a>
    </>
  );
}
