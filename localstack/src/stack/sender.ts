/** Who sends a request to the HTTP API: decided from its headers, before its body is read. */
import { ROUTES, routeKey } from '@dataloaf/core/api';
import { bearerOf } from '@dataloaf/core/lambda/authorize';
import { findKey } from '@dataloaf/core/lambda/keys';
import type { HttpApiOptions } from '../aws/http-api/api.ts';
import type { StackKeys } from './keys.ts';

const SERVER_ROUTES = new Set(
  Object.values(ROUTES)
    .filter(({ key }) => key === 'server')
    .map(routeKey),
);

export const senderBy =
  ({ stored }: Pick<StackKeys, 'stored'>): NonNullable<HttpApiOptions['senderOf']> =>
  (route, headers) => {
    if (!SERVER_ROUTES.has(route.routeKey)) return 'stranger';
    const sent = bearerOf({ headers });
    return sent !== undefined && findKey(sent, stored)?.kind === 'server' ? 'known' : 'unknown_key';
  };
