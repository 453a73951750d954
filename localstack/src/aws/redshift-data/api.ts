/** The protocol of the Redshift Data API: six operations, asynchronous as on AWS. The others are refused. */

import { LOCAL_ADMIN_SECRET_ARN } from '@dataloaf/infra/local-names';
import { ADMIN_USER } from '../../redshift/principals.ts';
import { accessDenied, type Identities } from '../identities.ts';
import { type JsonApi, type JsonRequest, refuseOperation, ServiceError } from '../service.ts';
import { describeStatement, listStatement, submittedStatement } from './answers.ts';
import { REFUSED_OPERATIONS } from './refused-operations.ts';
import { Body, parseStatement, parseStatementId, parseStatusFilter, validation } from './request.ts';
import { isEnded, type Part, type StatementRecord } from './statement-record.ts';
import { columnMetadata, readPage } from './statement-result.ts';
import type { Statements } from './statements.ts';

export interface RedshiftDataPorts {
  readonly statements: Pick<Statements, 'store' | 'queue'>;
  /** Name under which clients know the database. */
  readonly database: string;
  /** Name of the workgroup; others do not exist. */
  readonly workgroup: string;
  readonly identities: Identities;
}

const PAGE_MAX = 100;
const SECRET_CHARS_MAX = 2_048;

interface Call {
  readonly body: Body;
  /** IAM role of the caller. */
  readonly role: string;
  /** User of the warehouse for that role. */
  readonly user: string;
  readonly readsAdminSecret: boolean;
  readonly signal: AbortSignal;
}

export class RedshiftDataApi implements JsonApi {
  readonly scope = 'redshift-data';
  readonly target = 'RedshiftData';
  readonly #ports: RedshiftDataPorts;

  constructor(ports: RedshiftDataPorts) {
    this.#ports = ports;
  }

  async handle(request: JsonRequest): Promise<unknown> {
    const body = new Body(request.body);
    const caller = this.#ports.identities.of(request.accessKey);
    if (caller.warehouseUser === undefined) throw accessDenied(caller, `redshift-data:${request.operation}`, 400);
    const { role, warehouseUser: user, readsAdminSecret } = caller;
    const call: Call = { body, role, user, readsAdminSecret, signal: request.signal };
    switch (request.operation) {
      case 'ExecuteStatement':
        return this.#execute(call, 'single');
      case 'BatchExecuteStatement':
        return this.#execute(call, 'batch');
      case 'DescribeStatement':
        return this.#describe(call);
      case 'GetStatementResult':
        return this.#result(call);
      case 'CancelStatement':
        return this.#cancel(call);
      case 'ListStatements':
        return this.#list(call);
      default:
        throw refuseOperation(this.scope, request.operation, REFUSED_OPERATIONS);
    }
  }

  async #execute(call: Call, kind: 'single' | 'batch'): Promise<unknown> {
    const { body, role, signal } = call;
    const spec = { ...parseStatement(body, kind), role, user: userOf(call) };
    const { database, workgroup } = this.#ports;
    const { store, queue } = this.#ports.statements;
    if (spec.workgroup !== workgroup) throw validation(`Redshift endpoint doesn't exist: workgroup ${spec.workgroup}.`);
    if (spec.database !== database) throw validation(`FATAL: database "${spec.database}" does not exist`);
    const ms = body.waitSeconds() * 1000;
    const { record, isNew } = store.accept(spec);
    if (isNew) queue.add(record);
    await store.waitForEnd(record, { ms, signal });
    return submittedStatement(record);
  }

  async #describe(call: Call): Promise<unknown> {
    const { body, signal } = call;
    const { record, nth } = this.#find(call);
    await this.#ports.statements.store.waitForEnd(record, { ms: body.waitSeconds() * 1000, signal });
    return describeStatement(record, nth);
  }

  async #result(call: Call): Promise<unknown> {
    const { body, signal } = call;
    const { record, nth } = this.#find(call);
    await this.#ports.statements.store.waitForEnd(record, { ms: body.waitSeconds() * 1000, signal });
    if (record.spec.isBatch && nth === undefined) {
      throw validation('The id of a batch has no result: use the id of one of its statements, <id>:<number>.');
    }
    const result = record.status === 'FINISHED' ? partOf(record, nth).result : undefined;
    if (result === undefined) {
      throw notFound('Query does not have result. Please check query status with DescribeStatement.');
    }
    const from = parseNextToken(body);
    const page = readPage(result, from);
    return {
      Records: page.records,
      ColumnMetadata: columnMetadata(result.columns),
      TotalNumRows: result.rows.length,
      ...(page.next === undefined ? {} : { NextToken: toNextToken(page.next) }),
    };
  }

  async #cancel(call: Call): Promise<unknown> {
    const { record } = this.#find(call);
    if (isEnded(record.status)) throw validation(`Could not cancel a query that is already in ${record.status} state.`);
    await this.#ports.statements.queue.cancel(record);
    return { Status: true };
  }

  #list({ body, role }: Call): unknown {
    const status = parseStatusFilter(body);
    const name = body.statementName();
    const database = body.text('Database', 64);
    const workgroup = body.text('WorkgroupName', 128);
    const max = body.whole('MaxResults', { min: 0, max: PAGE_MAX }) ?? PAGE_MAX;
    const from = parseNextToken(body);
    const matching = this.#ports.statements.store
      .of(role)
      .filter((record) => status === 'ALL' || record.status === status)
      .filter(({ spec }) => database === undefined || spec.database === database)
      .filter(({ spec }) => workgroup === undefined || spec.workgroup === workgroup)
      .filter((record) => name === undefined || (record.spec.name ?? '').startsWith(name));
    const end = from + (max === 0 ? PAGE_MAX : max);
    return {
      Statements: matching.slice(from, end).map(listStatement),
      ...(end < matching.length ? { NextToken: toNextToken(end) } : {}),
    };
  }

  /** A statement of another role does not exist for the caller. */
  #find({ body, role }: Call): { readonly record: StatementRecord; readonly nth: number | undefined } {
    const { id, nth } = parseStatementId(body);
    const record = this.#ports.statements.store.get(id);
    if (record === undefined || record.spec.role !== role) throw notFound('Query does not exist.');
    if (nth !== undefined) partOf(record, nth);
    return { record, nth };
  }
}

/** The user of the secret when the request names one, else the user of the caller's role. */
function userOf({ body, role, user, readsAdminSecret }: Call): string {
  const secret = body.text('SecretArn', SECRET_CHARS_MAX);
  if (secret === undefined) return user;
  if (!readsAdminSecret) throw accessDenied({ role }, 'secretsmanager:GetSecretValue', 400);
  if (secret === LOCAL_ADMIN_SECRET_ARN) return ADMIN_USER;
  throw validation(`Secrets Manager can't find the specified secret: ${secret}.`);
}

function partOf(record: StatementRecord, nth: number | undefined): Part {
  const part = record.parts[(nth ?? 1) - 1];
  if (part === undefined) throw notFound('Query does not exist.');
  return part;
}

const notFound = (message: string): ServiceError => new ServiceError(400, 'ResourceNotFoundException', message);

const toNextToken = (row: number): string => Buffer.from(`row:${row}`).toString('base64url');

function parseNextToken(body: Body): number {
  const token = body.text('NextToken', 64);
  if (token === undefined) return 0;
  const match = /^row:(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (match === null) throw validation('NextToken is not valid.');
  return Number(match[1]);
}
