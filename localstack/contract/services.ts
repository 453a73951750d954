/** The services that the contract is about, in the order in which their suites run. */
export const SERVICES = ['s3', 'firehose', 'redshift-data', 'scheduler', 'lambda', 'http-api'] as const;
export type Service = (typeof SERVICES)[number];
