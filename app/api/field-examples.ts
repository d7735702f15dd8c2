/** One value of each field that has a form of its own, as whoever asks may write it. */
export const fieldExamples: Readonly<Record<string, string>> = {
  identity: 'jane@example.com',
  email: 'jane@example.com',
  repository: 'github.com/acme/app',
  prefix: 'github.com/acme',
  digest: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  certificate: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  issuer: 'https://accounts.google.com',
  since: '2026-01-31 or 2026-01-31T09:30:00Z',
  until: '2026-01-31T09:30:00Z',
  limit: '50',
  first: 'rekor/12',
  second: 'rekor/13',
};
