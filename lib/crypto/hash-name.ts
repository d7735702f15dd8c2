/** The hash functions that signatures here are made with, FIPS 180-4. */
export type HashName = 'SHA-256' | 'SHA-384' | 'SHA-512';

export const digestLength: Readonly<Record<HashName, number>> = {
  'SHA-256': 32,
  'SHA-384': 48,
  'SHA-512': 64,
};
