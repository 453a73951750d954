/** Operations and members of the Data API that are refused. A refusal beats an answer that only looks right. */

/** With a 501. */
export const REFUSED_OPERATIONS: readonly string[] = [
  'DescribeTable',
  'GetStatementResultV2',
  'ListDatabases',
  'ListSchemas',
  'ListSessions',
  'ListTables',
];

/** Members of a request, with a ValidationException. */
export const REFUSED_MEMBERS: readonly string[] = [
  'ClusterIdentifier',
  'DbUser',
  'SessionId',
  'SessionKeepAliveSeconds',
];
