/**
 * Describes an answer that only a person can do something about: its status, where it came from, where it points, and
 * what to do. Pure. The items are kept whatever it says.
 */
import type { ApiError } from './api-error.ts';
import type { WireAnswer } from './transport.ts';

export interface Refusal {
  /** Equal for answers with the same cause, so that each cause is reported once. */
  readonly cause: string;
  /** The status, and what is known of the answer. */
  readonly got: string;
  readonly hint: string;
}

const IN_FRONT = 'something in front of the API, such as a balancer, proxy or firewall';
const WRONG_ADDRESS = 'Set `endpoint` to the address of the API, without a route such as /v1/events.';

/** By status, for answers that are not from our API. */
const HINTS: Readonly<Record<number, string>> = {
  400: `Not the API but ${IN_FRONT}, found the request invalid. Check \`endpoint\`: is http used for an https port?`,
  401: `Not the API but ${IN_FRONT}, asks for a password. Let requests with a server key pass.`,
  403: `Not the API but ${IN_FRONT}, forbids the request. Let requests to /v1/ pass.`,
  404: `There is no API at this address. ${WRONG_ADDRESS}`,
  405: `Not the API but ${IN_FRONT}, forbids the method. Let POST and PATCH pass. ${WRONG_ADDRESS}`,
  407: 'The proxy asks for a password. Put it into HTTPS_PROXY: http://user:password@proxy:8080.',
  410: `There is no API at this address any more. ${WRONG_ADDRESS}`,
  411: `Not the API but ${IN_FRONT}, does not accept the body as it is sent. Let requests to /v1/ pass unchanged.`,
  413: `Not the API but ${IN_FRONT}, refuses bodies that the API accepts. Allow 5 MB there (nginx: client_max_body_size).`,
  415: `Not the API but ${IN_FRONT}, refuses JSON or gzip. Let Content-Type and Content-Encoding pass unchanged.`,
  431: `Not the API but ${IN_FRONT}, refuses the headers as too long.`,
};
const ANY_HINT = `Not the API but ${IN_FRONT}, refuses the request. Check \`endpoint\`, and let requests to /v1/ pass.`;

const API_HINTS: Readonly<Record<string, string>> = {
  key_unknown: 'Check `serverKey`. A revoked key stops working within a minute.',
  key_wrong_kind: 'Set `serverKey` to a server key, dl_s_...',
  route_unknown: WRONG_ADDRESS,
};
const ANY_API_HINT = `Is the body changed by ${IN_FRONT}? Let requests to /v1/ pass unchanged.`;

/** `error`: the error of our API, undefined when the answer is not from it. `route`: the path of the request. */
export function refusalOf(
  answer: WireAnswer,
  { error, route }: { error?: ApiError | undefined; route: string },
): Refusal {
  const { status, location } = answer;
  if (error !== undefined) {
    const got = `HTTP ${status} ${error.code}: ${error.message.slice(0, 200)}`;
    return { cause: `${status} ${error.code}`, got, hint: API_HINTS[error.code] ?? ANY_API_HINT };
  }
  if (status >= 300 && status < 400) return redirect(answer, route);
  const place = location === undefined ? '' : ` with Location ${location}`;
  return { cause: String(status), got: `HTTP ${status}${place}, not from the API`, hint: HINTS[status] ?? ANY_HINT };
}

function redirect({ status, location }: WireAnswer, route: string): Refusal {
  const notFollowed = `Redirects are not followed, because the key would go to another address. Let requests to /v1/ pass, or correct \`endpoint\`.`;
  if (location === undefined) {
    return { cause: String(status), got: `a redirect without Location (HTTP ${status})`, hint: notFollowed };
  }
  const isMoved = location.endsWith(route);
  const base = isMoved ? location.slice(0, -route.length) : location;
  return {
    // A page to log in may have another path each time.
    cause: `${status} ${isMoved ? base : originOf(location)}`,
    got: `a redirect (HTTP ${status}) with Location ${location}`,
    hint: isMoved ? `The API has moved. Set \`endpoint\` to ${base}.` : notFollowed,
  };
}

/** `https://host:port` of a location with such a beginning. */
function originOf(location: string): string {
  return /^[^/]*\/\/[^/]*/.exec(location)?.[0] ?? location;
}
