import { describe, expect, it } from 'vitest';
import { attributesOf } from '../../../src/query/answer/attributes.ts';

describe('the known attributes', () => {
  it('have their types and frequent values, the most frequent first', () => {
    const rows = [
      { attr: 'total', type: 'number', value: null, items: '9' },
      { attr: 'total', type: 'number', value: '12.50', items: '5' },
      { attr: 'total', type: 'string', value: null, items: '2' },
      { attr: 'total', type: 'string', value: '12.50', items: '2' },
      { attr: 'vip', type: 'boolean', value: 'true', items: '1' },
      { attr: 'cart', type: 'object', value: null, items: '1' },
    ];

    expect(attributesOf(rows)).toEqual([
      { key: 'total', types: ['number', 'string'], values: [12.5, '12.50'], isUsable: true },
      { key: 'vip', types: ['boolean'], values: [true], isUsable: true },
      { key: 'cart', types: ['object'], values: [], isUsable: true },
    ]);
  });

  it('are marked when their key is too long for a path', () => {
    const rows = [{ attr: 'ü'.repeat(64), type: 'number', value: null, items: 1 }];

    expect(attributesOf(rows)).toMatchObject([{ isUsable: false }]);
  });
});
