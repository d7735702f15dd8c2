import type { Identity } from '#lib/identity/normalise.ts';

/** What signatures have to do with a name, before it. */
export function boundTo({ kind }: Identity): string {
  switch (kind) {
    case 'package':
      return 'of statements about';
    case 'pgp-user':
      return 'with PGP keys that call themselves';
    default:
      return 'by';
  }
}
