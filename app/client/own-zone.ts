/** Offers the zone of this device, where nobody chose one yet. */
import { part } from './elements.ts';

const select = part('zone', HTMLSelectElement);
const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
if (select.value === 'UTC' && [...select.options].some(({ value }) => value === own)) {
  select.value = own;
  part('zone-hint', HTMLElement).prepend(`This device is in ${own}. `);
}
