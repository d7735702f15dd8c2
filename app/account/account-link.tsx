import { visitor } from './asked.ts';

/** In the head of every page: the way in, or to what is theirs. */
export async function AccountLink() {
  return (await visitor()) === undefined ? <a href="/sign-in">Sign in</a> : <a href="/settings">Account</a>;
}
