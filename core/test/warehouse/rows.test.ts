import { WarehouseError } from '@dataloaf/core/errors';
import { describe, expect, it } from 'vitest';
import { instantOf, numberOf, textOf } from '../../src/warehouse/rows.ts';

describe('numberOf', () => {
  it.each([
    ['a BIGINT, which is a number', 42, 42],
    ['a NUMERIC, which is a string', '1234.50', 1234.5],
    ['zero', '0', 0],
  ])('reads %s', (_, cell, number) => {
    expect(numberOf(cell)).toBe(number);
  });

  it.each([
    ['null', null],
    ['a missing column', undefined],
    ['an empty string', ' '],
    ['a word', 'many'],
    ['NaN', 'NaN'],
    ['a boolean', true],
  ])('refuses %s', (_, cell) => {
    expect(() => numberOf(cell)).toThrow(WarehouseError);
  });
});

describe('textOf', () => {
  it('drops the blanks that pad a CHAR, and no others', () => {
    expect(textOf(' a b  ')).toBe(' a b');
  });

  it.each([
    ['null', null],
    ['a missing column', undefined],
    ['a number', 7],
  ])('refuses %s', (_, cell) => {
    expect(() => textOf(cell)).toThrow(/^Expected a string from the warehouse, got a /);
  });
});

describe('instantOf', () => {
  it.each([
    ['2026-11-22 06:16:03', '2026-11-22T06:16:03.000Z'],
    ['2026-11-22 06:16:03.1', '2026-11-22T06:16:03.100Z'],
    ['2026-11-22 06:16:03.123', '2026-11-22T06:16:03.123Z'],
    ['2026-11-22 06:16:03.123999', '2026-11-22T06:16:03.123Z'],
    ['2026-11-22T06:16:03', '2026-11-22T06:16:03.000Z'],
  ])('reads %s as UTC', (cell, iso) => {
    expect(instantOf(cell).toISOString()).toBe(iso);
  });

  it.each(['', '2026-11-22', '2026-13-22 06:16:03', '2026-11-22 06:16:03+02', 7, null])('refuses %s', (cell) => {
    expect(() => instantOf(cell)).toThrow(/^Expected a timestamp from the warehouse, got a /);
  });
});
