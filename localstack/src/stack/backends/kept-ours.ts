/**
 * The services that are ours on both back ends, and why: LocalStack's free edition lacks them, or differs from AWS. Only S3
 * and Postgres are swapped, so a difference between the back ends can only come from those two.
 */

export interface KeptOurs {
  /** Name in the credential scope of a request, or a plain noun. */
  readonly service: string;
  /** What LocalStack 4.14.0, the last tag that needs no token, does instead. */
  readonly reason: string;
  /** How we know. */
  readonly source: string;
}

export const KEPT_OURS: readonly KeptOurs[] = [
  {
    service: 'firehose',
    reason:
      'It accepts buffering, GZIP and prefix expressions, but immediately writes one uncompressed object for each put, ' +
      'under a key that contains the literal `!{timestamp:yyyy-MM-dd}` and a date of its own. AWS buffers, compresses and ' +
      'evaluates the expressions.',
    source: 'our own run, 2026-11-22; localstack/localstack issues 7024, 10292, 13301',
  },
  {
    service: 'redshift-data',
    reason: 'It has no Redshift Data API and no Redshift that can run COPY.',
    source: "its table of services; the image's response",
  },
  {
    service: 'execute-api',
    reason: 'It has only REST APIs (v1). We use HTTP APIs (v2), whose payload and routing differ.',
    source: 'its table of services: `apigateway`, no `apigatewayv2`',
  },
  {
    service: 'scheduler',
    reason: 'It stores schedules and never fires one.',
    source: 'its provider: 38 lines on top of moto, without a clock',
  },
  {
    service: 'lambda',
    reason:
      'It runs functions in containers and needs the Docker socket for that, which hands the host machine to anyone who ' +
      'can reach its port. Ours runs the same bundles in worker threads.',
    source: 'its documentation of the Lambda provider',
  },
  {
    service: 'clock',
    reason:
      'It has no virtual clock. On this back end object dates come from the wall clock; our schedules still follow the virtual clock.',
    source: 'our own run, 2026-11-24',
  },
];
