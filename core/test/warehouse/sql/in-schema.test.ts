import { inSchema } from '@dataloaf/core/warehouse/sql/in-schema';
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import { describe, expect, it } from 'vitest';
import { READS, TRANSACTIONS } from './all-statements.ts';

const aStatement = (text: string): Statement => ({ name: 'one', text });
const bare = (text: string): string => text.replaceAll(/'(?:[^']|'')*'/g, "''");

describe('a statement in another schema', () => {
  it('names the other schema wherever the product names its own', () => {
    const { text } = inSchema('scratch', aStatement('LOCK dataloaf.load_mutex; CREATE SCHEMA IF NOT EXISTS dataloaf'));

    expect(text).toBe('LOCK scratch.load_mutex; CREATE SCHEMA IF NOT EXISTS scratch');
  });

  it('keeps what is quoted, and names that only begin or end like the schema', () => {
    const text = "COPY t FROM 's3://dataloaf.x/it''s dataloaf.y' GRANT ROLE dataloaf_writer, my_dataloaf, a.dataloaf";

    expect(inSchema('scratch', aStatement(text)).text).toBe(text);
  });

  it('keeps name and parameters', () => {
    const statement = { name: 'read', text: 'SELECT n FROM dataloaf.t WHERE a = :a', params: { a: 'dataloaf.t' } };

    expect(inSchema('scratch', statement)).toEqual({ ...statement, text: 'SELECT n FROM scratch.t WHERE a = :a' });
  });

  it('leaves no statement of the product in its own schema', () => {
    const statements = [...Object.values(TRANSACTIONS).flat(), ...READS];

    const moved = statements.map((statement) => bare(inSchema('scratch', statement).text));

    expect(statements.some(({ text }) => /\bdataloaf\./.test(text))).toBe(true);
    for (const text of moved) expect(text).not.toMatch(/\bdataloaf\b/);
  });
});
