/** Every SQL text that the product sends, once. A file of tests, because only these may import all folders. */
import { readFileSync } from 'node:fs';
import { READS, TRANSACTIONS } from '../../../../core/test/warehouse/sql/all-statements.ts';
import type { SqlText } from '../../../contract/parsers/judge-parser.ts';

interface SentStatement {
  readonly name: string;
  /** The key of its text. */
  readonly sql: string;
}

interface Transcript {
  readonly checks: readonly { readonly transactions: readonly { readonly statements: readonly SentStatement[] }[] }[];
  readonly texts: Readonly<Record<string, string>>;
}

const TRANSCRIPT = new URL('../../../../loader/docs/transcripts/stand-in.json', import.meta.url);

/** What the doctor sends, besides the loads that it runs in a schema of its own. Of an EXPLAIN, what it explains. */
function doctorTexts(): readonly SqlText[] {
  const { checks, texts }: Transcript = JSON.parse(readFileSync(TRANSCRIPT, 'utf8'));
  const sent = checks.flatMap(({ transactions }) => transactions.flatMap(({ statements }) => statements));
  return sent.map(({ name, sql }) => ({ name, text: plain(texts[sql] ?? '') }));
}

const plain = (text: string): string => text.replace(/^EXPLAIN /, '').replaceAll(/\bdoctor\./g, 'dataloaf.');

const STATEMENTS = [...doctorTexts(), ...Object.values(TRANSACTIONS).flat(), ...READS];

export const ALL_SQL: readonly SqlText[] = [
  ...new Map(STATEMENTS.map(({ name, text }) => [text, { name, text }])).values(),
];
