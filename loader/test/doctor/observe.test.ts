import { describe, expect, it } from 'vitest';
import { errorKind, observeOutcome } from '../../src/doctor/observe.ts';
import { aColumn, anOutcome, aStatementOutcome } from './builders.ts';

const aResult = (type: string, ...cells: readonly string[]) =>
  anOutcome({
    statements: [aStatementOutcome({ columns: [aColumn('a', type)], rows: cells.map((cell) => [cell]) })],
  });

describe('what an outcome shows', () => {
  it('is the rows of the last result, and their types when they count', () => {
    const outcome = aResult('numeric', '1.5');

    expect(observeOutcome(outcome)).toEqual({ rows: [['1.5']] });
    expect(observeOutcome(outcome, 'types')).toEqual({ types: ['numeric(38,12)'], rows: [['1.5']] });
    expect(observeOutcome(outcome, 'success')).toBe('succeeded');
  });

  it('is the value of a SUPER, whatever the order of its names and the spelling of its numbers', () => {
    const one = observeOutcome(aResult('super', '{"b":1e-7,"a":{"d":1,"c":2}}'));
    const other = observeOutcome(aResult('super', '{ "a": {"c":2.0,"d":1}, "b":0.0000001 }'));

    expect(one).toEqual(other);
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  });

  it('tells a number beyond a double from null', () => {
    expect(observeOutcome(aResult('super', '{"n":1e400}'))).toEqual({ rows: [[{ super: { n: 'Infinity' } }]] });
  });

  it('is the length and the hash of a long string, so that another one differs', () => {
    const [one, other] = ['x', 'y'].map((end) =>
      JSON.stringify(observeOutcome(aResult('varchar', `${'x'.repeat(400)}${end}`))),
    );

    expect(one).toContain('401 bytes');
    expect(one).not.toBe(other);
  });

  it('is the failed statement and the kind of its error, without its words', () => {
    const failed = aStatementOutcome({ name: 'guard', status: 'FAILED', error: 'ERROR: Divide by zero. query: 4711' });
    const outcome = anOutcome({
      status: 'FAILED',
      error: 'Query #2 failed',
      statements: [aStatementOutcome(), failed],
    });

    expect(observeOutcome(outcome)).toEqual({ failed: 'guard', error: 'division_by_zero' });
  });

  it('is the name of the error when the API takes no such call', () => {
    expect(observeOutcome(anOutcome({ status: 'REFUSED', error: 'ValidationException: no.' }))).toEqual({
      refused: 'ValidationException',
    });
  });

  it.each([
    ['ERROR: 1023 DETAIL: Serializable isolation violation on table - 1234', 'conflict'],
    ['ERROR: permission denied for schema dataloaf', 'permission'],
    ["ERROR: Query (5) cancelled on user's request: statement timeout", 'timeout'],
    ['ERROR: relation "x" does not exist', 'missing'],
    ["ERROR: Load into table 't' failed.  Check 'sys_load_error_detail' system table for details.", 'load'],
    ['ERROR: Value out of range for 4 bytes.', 'invalid_value'],
    ['ERROR: The local warehouse does not support SET x, although Redshift may.', 'not_emulated'],
    ['ERROR: This type of correlated subquery pattern is not supported due to internal error', 'unsupported'],
    ['ERROR: something new', 'other'],
  ])('puts %j under %s', (message, kind) => {
    expect(errorKind(message)).toBe(kind);
  });
});
