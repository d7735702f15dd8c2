/** In the place of app/clock/zone-of-page.ts: the server says it in the page, since no script may read the cookie. */
export function zoneOfPage(): string | undefined {
  return document.querySelector<HTMLElement>('[data-zone]')?.dataset['zone'];
}
