/** Every kind of refusal there is, each with a place of its own on the page of the API, where its type (RFC 9457) leads. */
export interface ProblemKind {
  readonly title: string;
  /** What it means and what to do about it. */
  readonly words: string;
}

/** Where nothing more is said than the status. */
export const statusKinds = {
  400: 'invalid',
  401: 'key-needed',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'too-slow',
  409: 'conflict',
  413: 'too-large',
  414: 'address-too-long',
  415: 'not-json',
  429: 'too-many-requests',
  431: 'headers-too-large',
  500: 'broken',
  501: 'method-unknown',
  503: 'unavailable',
} as const;

export const problemKinds = {
  invalid: {
    title: 'Bad request',
    words: 'The question does not read. detail names the field and says what it takes.',
  },
  'key-needed': {
    title: 'Unauthorized',
    words:
      'Send Authorization: Bearer and a key of your team, made in settings. The one sent may be revoked.',
  },
  forbidden: {
    title: 'Forbidden',
    words: 'The key has not the scope, or its maker not the role. The sandbox key only reads.',
  },
  'not-found': {
    title: 'Not found',
    words: 'Not there, or not of the team of the key: the two are answered alike.',
  },
  'method-not-allowed': { title: 'Method not allowed', words: 'Allow says which methods the address takes.' },
  'too-slow': {
    title: 'Request timeout',
    words: 'The request did not arrive whole in time. Send it again.',
  },
  conflict: {
    title: 'Conflict',
    words: 'Not possible as things stand; detail says why. Read it again first.',
  },
  'nothing-to-undo': { title: 'Nothing to undo', words: 'Nobody has answered the alert, so no answer ends.' },
  'bad-address': {
    title: 'No address to write to',
    words: 'A channel’s begins with https:// and has port 443 or 8443; of mail it is an e-mail address.',
  },
  'not-public': {
    title: 'Not a public address',
    words: 'The address is on this machine or in a private network, where nothing is ever sent.',
  },
  'this-instance': {
    title: 'An address of this instance',
    words: 'Its pages, authority, log and database are no place to send alerts to.',
  },
  'key-missing': {
    title: 'Integration key missing',
    words: 'PagerDuty needs the integration key of the service.',
  },
  'own-address': { title: 'Its own address', words: 'The watch already writes to that address.' },
  'too-many': { title: 'Too many channels', words: 'A watch has at most ten: remove one first.' },
  'too-large': {
    title: 'Content too large',
    words: 'The body is over what the address takes: 64 kB, and 12 MB where something is verified.',
  },
  'address-too-long': {
    title: 'URI too long',
    words: 'The path has over 12,288 characters. Ask by a digest.',
  },
  'not-json': {
    title: 'Unsupported media type',
    words: 'A body is JSON and says so: Content-Type: application/json.',
  },
  'too-many-requests': {
    title: 'Too many requests',
    words: 'More than may be asked for in a minute. Wait as long as Retry-After says.',
  },
  'too-often': {
    title: 'Too often',
    words:
      'Tests and repeats of channels are counted by the hour. Retry-After says when the next is possible.',
  },
  'headers-too-large': {
    title: 'Request header fields too large',
    words: 'Address and headers together are over 16 kB. Ask by a digest, or send fewer cookies.',
  },
  broken: {
    title: 'Internal server error',
    words:
      'Something broke on our side. What was asked may be asked again; x-request-id finds it in our log.',
  },
  'method-unknown': { title: 'Not implemented', words: 'No address of ours takes that method.' },
  unavailable: {
    title: 'Service unavailable',
    words: 'A part this needs does not answer, and nothing was changed. Try again; /status says which it is.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;

export type ProblemCode = keyof typeof problemKinds;

export const problemCodes = Object.keys(problemKinds) as [ProblemCode, ...ProblemCode[]];

export function problemAnchor(code: ProblemCode): string {
  return `problem-${code}`;
}
