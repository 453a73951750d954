/**
 * CREATE TABLE and ADD COLUMN. Removes the clauses for Redshift's storage layout. Also removes keys: Redshift enforces only
 * their NOT NULL, so duplicates must be possible here too. VARCHAR(n) is checked in bytes.
 */
import { notEmulated, RedshiftSqlError } from './redshift-error.ts';
import type { Token } from './scanner.ts';
import { closing, isName, isSymbol, isWord, splitAtCommas, symbol, type Tokens, upper, word } from './tokens.ts';
import { TYPES } from './vocabulary.ts';

const VARCHAR_DEFAULT = 256;
const VARCHAR_MAX = 65_535;

/** The list between the parentheses. */
export function translateDefinitions(tokens: Tokens): Tokens {
  const kept = splitAtCommas(tokens)
    .filter((definition) => !isWord(definition[0], 'PRIMARY', 'UNIQUE', 'FOREIGN'))
    .map(translateColumn);
  return kept.flatMap((definition, nth) => (nth === 0 ? definition : [symbol(','), ...definition]));
}

/** `name TYPE attribute...` */
export function translateColumn(tokens: Tokens): Tokens {
  const [name, type] = tokens;
  if (!isName(name)) throw new RedshiftSqlError('sql_syntax', 'syntax error: expected the name of a column');
  if (!TYPES.has(upper(type))) throw notEmulated(`the type ${type?.text ?? ''} of a column`);
  const typeEnd = endOfType(tokens);
  return [name, ...typeTokens(name, tokens.slice(1, typeEnd)), ...attributes(tokens.slice(typeEnd))];
}

function endOfType(tokens: Tokens): number {
  if (isSymbol(tokens[2], '(')) return closing(tokens, 2) + 1;
  return isWord(tokens[1], 'DOUBLE') && isWord(tokens[2], 'PRECISION') ? 3 : 2;
}

function typeTokens(name: Token, type: Tokens): Tokens {
  if (!isWord(type[0], 'VARCHAR')) return type;
  const given = upper(type[2]) === 'MAX' ? VARCHAR_MAX : Number(type[2]?.text ?? VARCHAR_DEFAULT);
  if (!Number.isInteger(given) || given < 1 || given > VARCHAR_MAX) throw notEmulated('this width of VARCHAR');
  return [word(`VARCHAR(${given}) CHECK (OCTET_LENGTH(${name.text}) <= ${given})`, type[0]?.gap)];
}

/** Attributes to remove, and the number of tokens that follow each. */
const DROPPED: Readonly<Record<string, number>> = { DISTKEY: 0, SORTKEY: 0, UNIQUE: 0, ENCODE: 1 };

function attributes(tokens: Tokens): Tokens {
  const kept: Token[] = [];
  let at = 0;
  while (at < tokens.length) {
    const token = tokens[at];
    const dropped = DROPPED[upper(token)];
    if (dropped !== undefined) {
      at += 1 + dropped;
    } else if (isWord(token, 'PRIMARY')) {
      kept.push(word('NOT NULL'));
      at += 2;
    } else if (isWord(token, 'REFERENCES')) {
      at = skipReference(tokens, at);
    } else {
      at = keepAttribute(tokens, at, kept);
    }
  }
  return kept;
}

function keepAttribute(tokens: Tokens, at: number, kept: Token[]): number {
  const length = attributeLength(tokens, at);
  kept.push(...tokens.slice(at, at + length));
  return at + length;
}

function attributeLength(tokens: Tokens, at: number): number {
  const [first, second, third] = tokens.slice(at, at + 3);
  if (isWord(first, 'NULL')) return 1;
  if (isWord(first, 'NOT') && isWord(second, 'NULL')) return 2;
  if (isWord(first, 'DEFAULT') && second !== undefined) {
    if (isSymbol(third, '(')) return closing(tokens, at + 2) - at + 1;
    return isSymbol(second, '-') ? 3 : 2;
  }
  throw notEmulated(`the attribute ${first?.text ?? ''} of a column`);
}

/** `REFERENCES [schema.]table [(column)]` */
function skipReference(tokens: Tokens, at: number): number {
  let end = at + (isSymbol(tokens[at + 2], '.') ? 4 : 2);
  if (isSymbol(tokens[end], '(')) end = closing(tokens, end) + 1;
  return end;
}

/** Skips DISTSTYLE, DISTKEY and SORTKEY of a table from `at` on. Returns the index after them. */
export function skipLayout(tokens: Tokens, at: number): number {
  let end = at;
  for (;;) {
    const length = layoutLength(tokens, end);
    if (length === 0) return end;
    end += length;
  }
}

function layoutLength(tokens: Tokens, at: number): number {
  const [first, second, third] = tokens.slice(at, at + 3);
  if (isWord(first, 'DISTSTYLE') && isWord(second, 'EVEN', 'KEY', 'ALL', 'AUTO')) return 2;
  if (isWord(first, 'SORTKEY') && isWord(second, 'AUTO')) return 2;
  if (isWord(first, 'DISTKEY', 'SORTKEY') && isSymbol(second, '(')) return closing(tokens, at + 1) - at + 1;
  const isCompound = isWord(first, 'COMPOUND') && isWord(second, 'SORTKEY') && isSymbol(third, '(');
  return isCompound ? closing(tokens, at + 2) - at + 1 : 0;
}
