/**
 * Which failures of a Data API call are worth another try. Pure. The class of an error decides, never its message: a
 * refusal may quote any text. A failure without a class comes from the network, and has a code.
 */

/** Errors of the service that pass. Its 5xx errors pass too, whatever their name. */
const PASSING: ReadonlySet<string> = new Set([
  'ActiveSessionsExceededException',
  'ActiveStatementsExceededException',
  'ActiveWaitingRequestsExceededException',
  // "An SQL statement encountered an environmental error while running", as while a warehouse wakes or is patched.
  'BatchExecuteStatementException',
  'ExecuteStatementException',
  'DatabaseConnectionException',
  'InternalFailure',
  'InternalServerError',
  'InternalServerException',
  'QueryTimeoutException',
  'RequestTimeout',
  'RequestTimeoutException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  // Throttling, as the services of AWS spell it.
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'Throttling',
  'ThrottledException',
  'ThrottlingException',
  'TooManyRequestsException',
  // A client's own time limit.
  'TimeoutError',
]);

/** Refusals. They stay refusals when they carry a status or a text that looks like a passing failure. */
const FINAL: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'ExpiredTokenException',
  'InvalidSignatureException',
  'ResourceNotFoundException',
  'UnrecognizedClientException',
  'ValidationException',
]);

/** Of a socket, a name server or a TLS handshake. */
const NETWORK_CODE =
  /\b(?:ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|ESOCKETTIMEDOUT|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|ENETRESET|EADDRNOTAVAIL|EPROTO|ERR_STREAM_PREMATURE_CLOSE|UND_ERR_\w+)\b/;
const NETWORK_TEXT = /socket hang up|network socket disconnected|premature close/i;

/** Depth of the causes that are looked at; a chain may contain itself. */
const CAUSES_MAX = 5;

export const isWaitRefused = (error: unknown): boolean => nameOf(error) === 'ActiveWaitingRequestsExceededException';
export const isUnknownStatement = (error: unknown): boolean => nameOf(error) === 'ResourceNotFoundException';

export function isPassing(error: unknown): boolean {
  // The AWS client has corrected its clock by the response, so the next signature is valid.
  if (fieldOf(fieldOf(error, '$metadata'), 'clockSkewCorrected') === true) return true;
  if (FINAL.has(nameOf(error))) return false;
  return PASSING.has(nameOf(error)) || isServerFault(error) || isOfNetwork(error, CAUSES_MAX);
}

function isServerFault(error: unknown): boolean {
  const status =
    fieldOf(fieldOf(error, '$metadata'), 'httpStatusCode') ?? fieldOf(fieldOf(error, '$response'), 'statusCode');
  return fieldOf(error, '$fault') === 'server' || (typeof status === 'number' && (status >= 500 || status === 429));
}

/** Also when the client has wrapped the failure, or has tried several addresses. */
function isOfNetwork(error: unknown, depth: number): boolean {
  if (depth === 0 || typeof error !== 'object' || error === null) return false;
  // A response was received: whatever its text quotes, the network has worked.
  if (fieldOf(error, '$fault') !== undefined) return false;
  if (NETWORK_CODE.test(String(fieldOf(error, 'code') ?? ''))) return true;
  const message = String(fieldOf(error, 'message') ?? '');
  if (NETWORK_CODE.test(message) || NETWORK_TEXT.test(message)) return true;
  const errors = fieldOf(error, 'errors');
  const inner = [fieldOf(error, 'cause'), ...(Array.isArray(errors) ? errors : [])];
  return inner.some((cause) => isOfNetwork(cause, depth - 1));
}

const nameOf = (error: unknown): string => String(fieldOf(error, 'name') ?? '');

const fieldOf = (value: unknown, field: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
