/** How the operations describe a statement. Instants are seconds since 1970, durations are nanoseconds. */
import type { Part, StatementRecord } from './statement-record.ts';

const seconds = (ms: number): number => ms / 1000;
const nanoseconds = (ms: number): number => ms * 1_000_000;

export const submittedStatement = (record: StatementRecord): unknown => ({
  Id: record.id,
  CreatedAt: seconds(record.createdAt),
  Database: record.spec.database,
  WorkgroupName: record.spec.workgroup,
  Status: record.status,
  HasResultSet: record.parts.at(-1)?.hasResultSet ?? false,
  ...(record.pid === 0 ? {} : { RedshiftPid: record.pid }),
});

export const describeStatement = (record: StatementRecord, nth: number | undefined): unknown =>
  nth === undefined ? describeWhole(record) : { ...common(record), ...describeNth(record, nth) };

function describeWhole(record: StatementRecord): unknown {
  const { spec, parts } = record;
  const whole = {
    ...common(record),
    Id: record.id,
    Status: record.status,
    ...optional('Error', record.error),
    UpdatedAt: seconds(record.updatedAt),
    Duration: nanoseconds(record.durationMs),
    HasResultSet: parts.some((part) => part.hasResultSet),
    ...parameters(record),
  };
  if (spec.isBatch) {
    const numbers = { RedshiftQueryId: 0, ResultRows: -1, ResultSize: -1, ExecutionMode: spec.mode };
    return { ...whole, ...numbers, SubStatements: parts.map((_, index) => describeNth(record, index + 1)) };
  }
  const [part] = parts;
  return {
    ...whole,
    RedshiftQueryId: part?.queryId,
    ResultRows: part?.rows,
    ResultSize: part?.resultBytes,
    ...optional('QueryString', part?.sql),
  };
}

const common = (record: StatementRecord): object => ({
  Database: record.spec.database,
  WorkgroupName: record.spec.workgroup,
  RedshiftPid: record.pid,
  ResultFormat: 'JSON',
  CreatedAt: seconds(record.createdAt),
});

function describeNth(record: StatementRecord, nth: number): object {
  const part = record.parts[nth - 1];
  return part === undefined ? {} : describePart(record, { part, nth });
}

const describePart = (
  record: StatementRecord,
  { part, nth }: { readonly part: Part; readonly nth: number },
): object => ({
  Id: `${record.id}:${nth}`,
  Status: part.status,
  ...optional('Error', part.error),
  CreatedAt: seconds(record.createdAt),
  UpdatedAt: seconds(part.updatedAt),
  Duration: nanoseconds(part.durationMs),
  QueryString: part.sql,
  RedshiftQueryId: part.queryId,
  HasResultSet: part.hasResultSet,
  ResultRows: part.rows,
  ResultSize: part.resultBytes,
});

export const listStatement = (record: StatementRecord): unknown => ({
  Id: record.id,
  Status: record.status,
  ...optional('StatementName', record.spec.name),
  CreatedAt: seconds(record.createdAt),
  UpdatedAt: seconds(record.updatedAt),
  IsBatchStatement: record.spec.isBatch,
  ResultFormat: 'JSON',
  ...parameters(record),
  ...(record.spec.isBatch
    ? { QueryStrings: record.parts.map((part) => part.sql) }
    : optional('QueryString', record.parts[0]?.sql)),
});

function parameters(record: StatementRecord): object {
  const list = Object.entries(record.spec.parameters).map(([name, value]) => ({ name, value }));
  return list.length === 0 ? {} : { QueryParameters: list };
}

const optional = (name: string, value: string | undefined): object => (value === undefined ? {} : { [name]: value });
