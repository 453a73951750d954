import { REFUSE_LOADED } from '@dataloaf/core/warehouse/sql/ledger';
import { COPY_EVENTS } from '@dataloaf/core/warehouse/sql/load-events';
import { COPY_OPERATIONS } from '@dataloaf/core/warehouse/sql/load-users';
import { statusOf } from '@dataloaf/core/warehouse/statement-status';
import type { StatementStatus } from '@dataloaf/core/warehouse/warehouse';
import { describe, expect, it } from 'vitest';
import { verdictOf } from '../src/verdict.ts';

const SENT_AT = Date.parse('2026-11-22T06:00:00Z');
const MINUTE_MS = 60_000;
const LINE_REFUSED =
  "ERROR: Load into table 't_events' failed.  Check 'sys_load_error_detail' system table for details.";

/** What the Data API reports when one statement of a transaction fails with this message. */
const failed = (statement: string, message: string, submittedAt = SENT_AT): StatementStatus =>
  statusOf(
    {
      Id: 'b',
      CreatedAt: new Date(submittedAt),
      Status: 'FAILED',
      SubStatements: [{ Id: 'b:1', Status: 'FAILED', Error: message }],
    },
    [{ name: statement, text: '' }],
  );
const kindOf = (status: StatementStatus, row?: { readonly load_id: number }): string =>
  verdictOf({ row, status, sentAt: SENT_AT }).kind;

describe('a failed COPY', () => {
  // Messages of Redshift as its documentation and public issue trackers quote them, and one of the local stand-in.
  it.each([
    ["ERROR: Load into table 't_events' failed.  Check 'sys_load_error_detail' system table for details.", 'refused'],
    ["ERROR: Load into table 't_events' failed.  Check 'stl_load_errors' system table for details.", 'refused'],
    [
      'S3ServiceException:The specified key does not exist.,Status 404,Error NoSuchKey,Rid 1,ExtRid 2,CanRetry 1',
      'refused',
    ],
    ['S3ServiceException:Access Denied,Status 403,Error AccessDenied,Rid 1,ExtRid 2,CanRetry 1', 'failed'],
    [
      'User arn:aws:redshift:eu-central-1:1:dbuser:w/d is not authorized to assume IAM Role arn:aws:iam::1:role/r',
      'failed',
    ],
    ['ERROR: Not authorized to get credentials of role arn:aws:iam::1:role/r', 'failed'],
    [
      'S3ServiceException:The provided token has expired.,Status 400,Error ExpiredToken,Rid 1,ExtRid 2,CanRetry 1',
      'failed',
    ],
    ['ERROR: COPY with MANIFEST parameter requires full path of an S3 object', 'failed'],
    ['S3CurlException: Connection timed out after 50001 milliseconds, CurlError 28', 'failed'],
    ['ERROR: Disk Full', 'failed'],
    ['S3ServiceException:The specified bucket does not exist,Status 404,Error NoSuchBucket,Rid 1,CanRetry 1', 'failed'],
    [
      'Problem reading manifest file - S3ServiceException:The specified key does not exist.,Status 404,Error NoSuchKey,Rid 1,ExtRid 2,CanRetry 1',
      'failed',
    ],
    ['ERROR: Manifest file is not in correct json format', 'failed'],
    ["ERROR: File entry does not have 'meta' key.", 'failed'],
    ["ERROR: The specified S3 prefix 'data/v1/events/dt=2026-11-22/hr=06/' does not exist", 'failed'],
    ['ERROR: Cannot COPY into nonexistent table t_events', 'failed'],
    ['ERROR: Failed to read the manifest: Invalid JSON', 'failed'],
    ['ERROR: Invalid JSON object.', 'failed'],
    ['ERROR: invalid connection credentials', 'failed'],
    [
      'Failed writing body (0 != 2460) Cause: Failed to inflateinvalid or incomplete deflate data. zlib error code: -3',
      'failed',
    ],
    ['ERROR: failed to inflate with lzop: unexpected end of file.', 'failed'],
    [
      'S3ServiceException:The AWS Access Key Id you provided does not exist in our records.,Status 403,Error InvalidAccessKeyId,Rid 1,CanRetry 1',
      'failed',
    ],
    [
      'S3ServiceException:Please send all future requests to this endpoint.,Status 301,Error PermanentRedirect',
      'failed',
    ],
    ['S3ServiceException:We encountered an internal error.,Status 500,Error InternalError,Rid 1,CanRetry 1', 'failed'],
    ['S3ServiceException:Request has expired,Status 403,Error AccessDenied,Rid 1', 'failed'],
    ['HTTP response error code: 416 Message: InvalidRange The requested range is not satisfiable', 'failed'],
    ['ERROR: The AWS KMS key is disabled.', 'failed'],
    ['ERROR: Assert', 'failed'],
    ['ERROR: Query (7) cancelled on user request', 'failed'],
    ['ERROR: Insufficient memory to run query', 'failed'],
    ['ERROR: remaining connection slots are reserved for superuser connections', 'failed'],
    ['ERROR: words that no documentation has', 'failed'],
    ['error: cannot write, no space left on device', 'failed'],
    [
      'S3ServiceException:Please reduce your request rate.,Status 503,Error SlowDown,Rid 1,ExtRid 2,CanRetry 1',
      'again',
    ],
    [
      'ERROR: 1023 DETAIL: Serializable isolation violation on table - 1, transactions forming the cycle are: 2, 3',
      'again',
    ],
    ['ERROR: terminating connection due to administrator command', 'again'],
  ])('"%s" is %s', (message, kind) => {
    expect(kindOf(failed(COPY_EVENTS, message))).toBe(kind);
  });

  it.each([
    [COPY_EVENTS, 'events'],
    [COPY_OPERATIONS, 'users'],
  ])('%s accuses the objects of the stream %s', (statement, stream) => {
    const verdict = verdictOf({ row: undefined, status: failed(statement, LINE_REFUSED), sentAt: SENT_AT });

    expect(verdict).toMatchObject({ kind: 'refused', stream, failure: { message: LINE_REFUSED } });
  });
});

describe('a failure of another statement', () => {
  it('accuses no object, whatever its message', () => {
    const verdict = verdictOf({
      row: undefined,
      status: failed('copy_t_files', 'Invalid JSON object.'),
      sentAt: SENT_AT,
    });

    expect(verdict).toEqual({ kind: 'failed', reason: 'copy_t_files: Invalid JSON object.' });
  });

  it('is another loader at work when it is the guard', () => {
    expect(kindOf(failed(REFUSE_LOADED, 'ERROR: Divide by zero'))).toBe('already_loaded');
  });

  it('is a retry when the guard failed only because its session was cut', () => {
    expect(kindOf(failed(REFUSE_LOADED, 'ERROR: connection was closed'))).toBe('again');
  });

  it('names the transaction when no statement failed', () => {
    const status = statusOf({ Id: 'b', Status: 'FAILED', Error: 'ERROR: out of memory' }, []);

    expect(verdictOf({ row: undefined, status, sentAt: SENT_AT })).toEqual({
      kind: 'failed',
      reason: 'The transaction: ERROR: out of memory',
    });
  });
});

describe('the ledger', () => {
  const row = { load_id: 7 };

  it.each([
    ['finished', { kind: 'finished', submittedAt: undefined }],
    ['failed', failed(COPY_EVENTS, LINE_REFUSED)],
    ['running', { kind: 'running', submittedAt: undefined }],
    ['gone', { kind: 'gone', submittedAt: undefined }],
    ['failed an hour ago', failed(COPY_EVENTS, LINE_REFUSED, SENT_AT - 60 * MINUTE_MS)],
  ] as const)('decides that a batch is loaded although it is reported as %s', (_, status) => {
    expect(verdictOf({ row, status, sentAt: SENT_AT })).toEqual({ kind: 'loaded', row });
  });

  it.each([
    ['finished', 'again'],
    ['gone', 'again'],
    ['running', 'undecided'],
  ] as const)('does not have a batch that is reported as %s: %s', (kind, verdict) => {
    expect(kindOf({ kind, submittedAt: new Date(SENT_AT) })).toBe(verdict);
  });
});

describe('a token', () => {
  it('is spent when it was first sent more than a minute before, whatever became of it', () => {
    const longAgo = SENT_AT - MINUTE_MS - 1;

    expect(kindOf(failed(COPY_EVENTS, LINE_REFUSED, longAgo))).toBe('spent');
    expect(kindOf(failed(REFUSE_LOADED, 'ERROR: Divide by zero', longAgo))).toBe('spent');
    expect(kindOf({ kind: 'gone', submittedAt: new Date(longAgo) })).toBe('spent');
  });

  it('is fresh within the minute that two clocks may differ, and when the API no longer knows it', () => {
    expect(kindOf(failed(COPY_EVENTS, LINE_REFUSED, SENT_AT - MINUTE_MS))).toBe('refused');
    expect(kindOf({ kind: 'gone', submittedAt: undefined })).toBe('again');
  });

  it('is not spent while its statement is running', () => {
    expect(kindOf({ kind: 'running', submittedAt: new Date(SENT_AT - 60 * MINUTE_MS) })).toBe('undecided');
  });
});
