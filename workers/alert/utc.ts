/** `23 November 2026, 14:02:11 UTC` */
export function utc(instant: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'long',
    timeStyle: 'medium',
    timeZone: 'UTC',
  });
  return `${format.format(new Date(instant)).replace(' at ', ', ')} UTC`;
}
