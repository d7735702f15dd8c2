/**
 * Failures on the wire, as Fulcio's clients know them: HTTP status, google.rpc code, and a fixed sentence each; beside it
 * what those clients ignore and people need: a machine-readable reason and the id of the request.
 */
import { TokenError, type TokenErrorCode } from '../oidc/token-error.ts';
import { IssuanceError, type IssuanceErrorCode } from './issuance-error.ts';

export interface ErrorResponse {
  readonly status: number;
  readonly body: { readonly code: number; readonly message: string; readonly details: readonly object[] };
}

interface Kind {
  readonly status: number;
  /** google.rpc.Code */
  readonly code: number;
  readonly message: string;
}

const invalid = (message: string): Kind => ({ status: 400, code: 3, message });
const internal = (message: string): Kind => ({ status: 500, code: 13, message });
const tokenRefused = invalid('There was an error processing the identity token');
const notLogged = internal('Error entering certificate in CTL');

const issuanceKinds: Readonly<Record<IssuanceErrorCode, Kind>> = {
  'request-malformed': invalid('The request could not be parsed'),
  'csr-unparsable': invalid('The certificate signing request could not be parsed'),
  'key-unparsable': invalid('The public key supplied in the request could not be parsed'),
  'key-insecure': invalid('The public key supplied in the request is insecure'),
  'possession-unproven': invalid('The signature supplied in the request could not be verified'),
  'algorithm-not-permitted': invalid('The signing algorithm is not permitted'),
  // 403 and not Fulcio's 400 for everything: there is nothing wrong with the request, and nothing to try again.
  'identity-frozen': {
    status: 403,
    code: 7,
    message: 'Certificates for this identity are frozen by its owner',
  },
  'log-unavailable': notLogged,
  'log-refused': notLogged,
  'log-answer-invalid': notLogged,
  'authority-expired': internal('error communicating with CA backend'),
  'clock-went-back': internal('error communicating with CA backend'),
  'self-check-failed': internal('Error marshaling code signing certificate'),
};

// An issuer that is down is no fault of the asker, who may try again.
const tokenKinds: Partial<Record<TokenErrorCode, Kind>> = {
  'identity-not-allowed': { status: 403, code: 7, message: 'This identity may not have certificates here' },
  'issuer-unavailable': { status: 503, code: 14, message: 'The identity provider cannot be reached' },
};

/** The status of any failure; what is not ours is an internal error that says nothing. */
export function errorResponse(error: unknown, requestId: string): ErrorResponse {
  if (error instanceof TokenError) {
    return respond(tokenKinds[error.code] ?? tokenRefused, error.code, error.message, requestId);
  }
  if (error instanceof IssuanceError) {
    const kind = issuanceKinds[error.code];
    // The one sentence of Fulcio's that says which.
    const message = error.code === 'algorithm-not-permitted' ? error.message : kind.message;
    return respond({ ...kind, message }, error.code, error.message, requestId);
  }
  const status = clientErrorStatus(error);
  if (status === 413)
    return respond(
      { status, code: 8, message: 'The request is too large' },
      'request-too-large',
      '',
      requestId,
    );
  if (status !== undefined) {
    return respond(issuanceKinds['request-malformed'], 'request-malformed', '', requestId);
  }
  return respond(internal('Internal error'), 'internal', '', requestId);
}

/** What the HTTP layer refused before a handler ran: bad JSON, a body too long. */
function clientErrorStatus(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown }).statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

function respond(kind: Kind, reason: string, explanation: string, requestId: string): ErrorResponse {
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: reason.toUpperCase().replaceAll('-', '_'),
    domain: 'sigwatch',
    metadata: explanation === '' ? {} : { explanation },
  };
  const request = { '@type': 'type.googleapis.com/google.rpc.RequestInfo', requestId };
  return { status: kind.status, body: { code: kind.code, message: kind.message, details: [info, request] } };
}
