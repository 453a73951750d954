import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { ServiceError } from '../service.ts';
import { xmlError } from './xml.ts';

/** Sends an error in S3's XML format. */
export function sendS3Error(response: ServerResponse, error: ServiceError): void {
  const requestId = randomUUID();
  response.writeHead(error.status, { 'content-type': 'application/xml', 'x-amz-request-id': requestId });
  response.end(
    xmlError([
      ['Code', error.code],
      ['Message', error.message],
      ['RequestId', requestId],
    ]),
  );
}
