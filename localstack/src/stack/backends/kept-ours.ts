/**
 * What stays ours in both back ends, and why: what LocalStack's free edition does otherwise than AWS, or not at all. Only
 * S3 and Postgres are swapped, so a difference between the back ends can only come from those two.
 */

export interface KeptOurs {
  /** As in the credential scope of a request, or what it is. */
  readonly service: string;
  /** What LocalStack 4.14.0, the last tag without a token, does instead. */
  readonly reason: string;
  /** How it is known. */
  readonly source: string;
}

export const KEPT_OURS: readonly KeptOurs[] = [
  {
    service: 'firehose',
    reason:
      'It takes buffering, GZIP and prefix expressions, then writes one uncompressed object for each put at once, under ' +
      'a key that still contains `!{timestamp:yyyy-MM-dd}` and a date of its own. AWS buffers, compresses and evaluates.',
    source: 'run, 2026-11-22; localstack/localstack issues 7024, 10292, 13301',
  },
  {
    service: 'redshift-data',
    reason: 'It has no Redshift Data API, and no Redshift that runs a COPY.',
    source: "its table of services; the image's answer",
  },
  {
    service: 'execute-api',
    reason: 'It has REST APIs (v1) only. Ours are HTTP APIs (v2), with another payload and other routing.',
    source: 'its table of services: `apigateway`, no `apigatewayv2`',
  },
  {
    service: 'scheduler',
    reason: 'It keeps schedules and never fires one.',
    source: 'its provider: 38 lines over moto, without a clock',
  },
  {
    service: 'lambda',
    reason:
      'It runs functions in containers of its own, for which it needs the Docker socket: the host machine in the hands ' +
      'of whoever reaches its port. Ours runs the same bundles in worker threads.',
    source: 'its documentation of the Lambda provider',
  },
  {
    service: 'clock',
    reason: 'It has no virtual clock. Dates of objects are the wall clock’s on this back end; what fires is on ours.',
    source: 'run, 2026-11-24',
  },
];
