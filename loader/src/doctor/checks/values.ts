/**
 * P2 to P5, P8, P11, P12: how the warehouse computes. A needed one is the shape that our statements have; an open one is the
 * shape that they avoid, because the guide does not say what it does. Pure.
 */
import { DOCUMENT_BYTES_MAX } from '@dataloaf/core/limits';
import { idDay } from '@dataloaf/core/warehouse/sql/id-day';
import { type Check, needed, OPEN } from '../check.ts';
import { probe, rows, sql, temporary } from './make.ts';

const DECIMAL = 'DECIMAL(38, 12)';
const aSuper = (...values: readonly string[]) =>
  temporary('t_values', 'id INTEGER, value SUPER', ...values.map((value, at) => `${at + 1}, ${value}`));

const UNPIVOT = `SELECT p.id, CAST(k AS VARCHAR(256)) AS attr, v
FROM t_values AS p, UNPIVOT p.value AS v AT k`;

const unpivots = (name: string, asks: string, value: string): Check =>
  probe([`p2.unpivot-${name}`, asks], OPEN, { statements: [...aSuper(value), sql('unpivot', UNPIVOT)] });

const UNNESTING: readonly Check[] = [
  probe(
    ['p2.unpivot', 'UNPIVOT gives a row for each member, and none for what is excluded as null'],
    needed(rows([1, 'a', { super: 5 }])),
    {
      statements: [
        ...aSuper(`JSON_PARSE('{"a":5}')`, 'CAST(NULL AS SUPER)', `JSON_PARSE('{}')`),
        sql('unpivot', `${UNPIVOT}\nWHERE p.value IS NOT NULL`),
      ],
    },
  ),
  unpivots('null', 'what UNPIVOT makes of null', 'CAST(NULL AS SUPER)'),
  unpivots('json-null', 'what UNPIVOT makes of a JSON null', `JSON_PARSE('null')`),
  unpivots('scalar', 'what UNPIVOT makes of a number', `JSON_PARSE('5')`),
  unpivots('list', 'what UNPIVOT makes of an array', `JSON_PARSE('[5]')`),
];

/** The base of an increment, as `fold-users.ts` computes it. */
const BASE = `CAST(
    CASE
      WHEN a.value IS NULL THEN JSON_PARSE('0')
      WHEN JSON_TYPEOF(a.value) = 'number' AND ABS(CAST(a.value AS FLOAT8)) <= 1e20 THEN a.value
    END AS ${DECIMAL}
  )`;

const NUMBERS: readonly Check[] = [
  probe(
    ['p3.base', 'a number of 14 digits and 12 of its fraction are kept exactly, and what is no number becomes null'],
    needed({
      types: ['numeric(38,12)'],
      rows: [['12345678901234.500000000000'], ['0.000000000001'], ['0.000000000000'], [null]],
    }),
    {
      shows: 'types',
      statements: [
        ...aSuper(
          `JSON_PARSE('12345678901234.5')`,
          `JSON_PARSE('0.000000000001')`,
          'CAST(NULL AS SUPER)',
          `JSON_PARSE('"x"')`,
        ),
        sql('base', `SELECT ${BASE} AS base\nFROM t_values AS a\nORDER BY a.id`),
      ],
    },
  ),
  probe(['p3.sum', 'a sum of DECIMAL(38, 12) keeps all digits'], needed(rows(['12345678901235.600000000001'])), {
    statements: [
      ...aSuper(`JSON_PARSE('12345678901234.5')`, `JSON_PARSE('1.100000000001')`),
      sql('sum', `SELECT CAST(SUM(CAST(a.value AS ${DECIMAL})) AS ${DECIMAL}) AS total\nFROM t_values AS a`),
    ],
  }),
  probe(['p3.case', 'which type a CASE over DECIMAL has'], OPEN, {
    shows: 'types',
    statements: [
      ...aSuper(`JSON_PARSE('12345678901234.5')`),
      sql(
        'case',
        `SELECT CASE WHEN a.id = 1 THEN CAST(a.value AS ${DECIMAL}) ELSE CAST(0 AS ${DECIMAL}) END AS base\nFROM t_values AS a`,
      ),
    ],
  }),
  probe(['p3.overflow', 'whether a SUPER number that does not fit becomes null or an error'], OPEN, {
    statements: [
      ...aSuper(`JSON_PARSE('1e30')`),
      sql('cast', `SELECT CAST(a.value AS ${DECIMAL}) AS n\nFROM t_values AS a`),
    ],
  }),
];

const IDS = ["'019bbc3e-7c00-7000-8000-000000000001'", "'key:019bbc3e-7c00-7000-8000-000000000001'", "'no uuid'", "''"];
const ids = temporary('t_ids', 'nth INTEGER, id VARCHAR(64)', ...IDS.map((id, at) => `${at + 1}, ${id}`));

const FUNCTIONS: readonly Check[] = [
  probe(
    ['p4.id-day', 'the day of a UUIDv7 is computed, and every other id is -1'],
    needed(rows([20_467], [20_467], [-1], [-1])),
    {
      statements: [...ids, sql('id_day', `SELECT ${idDay('id')} AS id_day\nFROM t_ids\nORDER BY nth`)],
    },
  ),
  probe(['p4.guard-outside', 'whether a CASE around STRTOL keeps it from an id that is no number'], OPEN, {
    statements: [
      ...ids,
      sql(
        'id_day',
        `SELECT CASE WHEN id LIKE '0%' THEN STRTOL(SUBSTRING(id, 1, 8), 16) ELSE -1 END AS n\nFROM t_ids\nORDER BY nth`,
      ),
    ],
  }),
  ...(['1900-01-01', '2100-01-01'] as const).map((day) =>
    probe([`p5.epoch-${day.slice(0, 4)}`, `EXTRACT(EPOCH) of ${day}`], OPEN, {
      statements: [
        ...temporary('t_times', 'seen_at TIMESTAMP', `CAST('${day}' AS TIMESTAMP)`),
        sql('epoch', 'SELECT EXTRACT(EPOCH FROM seen_at) AS seconds\nFROM t_times'),
      ],
    }),
  ),
  probe(
    ['p5.quarter-hour', 'the quarter of an hour is right from 1970 to 2199'],
    needed(rows(['1970-01-01 00:45:00'], ['2026-01-15 00:00:00'], ['2199-12-31 23:45:00'])),
    {
      statements: [
        ...temporary(
          't_times',
          'seen_at TIMESTAMP',
          `CAST('1970-01-01 00:59:59.999' AS TIMESTAMP)`,
          `CAST('2026-01-15 00:14:59' AS TIMESTAMP)`,
          `CAST('2199-12-31 23:45:00' AS TIMESTAMP)`,
        ),
        sql(
          'quarter_hour',
          `SELECT DATE_TRUNC('hour', seen_at) + CAST(FLOOR(EXTRACT(MINUTE FROM seen_at) / 15.0) AS INTEGER) * INTERVAL '15 minutes' AS quarter_hour\nFROM t_times\nORDER BY seen_at`,
        ),
      ],
    },
  ),
];

const PARAMETER = {
  statements: [...ids, { name: 'read', text: 'SELECT nth FROM t_ids WHERE id = :id', params: { id: 'no uuid' } }],
};
const PARAMETERS: readonly Check[] = [
  probe(['p8.batch', 'whether a batch takes parameters'], OPEN, PARAMETER),
  probe(['p8.select-list', 'whether a parameter may be in a select list'], OPEN, {
    isSingle: true,
    statements: [{ name: 'read', text: 'SELECT CAST(:a AS VARCHAR(10)) AS a', params: { a: 'x' } }],
  }),
  probe(['p8.quoted-colon', 'a parameter is bound, and a colon inside quotes is none'], needed(rows([0])), {
    isSingle: true,
    statements: [
      {
        name: 'read',
        text: `SELECT COUNT(*) AS n\nFROM dataloaf.load_files\nWHERE object_uri = :uri AND etag <> 'arn:aws:iam::etag'`,
        params: { uri: "it's :uri" },
      },
    ],
  }),
];

/** One less than twice the half: two halves and the comma between them. */
const HALF = (DOCUMENT_BYTES_MAX - 1) / 2;
const aString = (bytes: number): string => `JSON_PARSE('"' || RPAD('x', ${bytes - 2}, 'x') || '"')`;
const MEMBER_BYTES = '{"a":}'.length;
const serialised = (name: string, bytes: number): Check =>
  probe([`p11.serialize-${name}`, `JSON_SERIALIZE at ${bytes} bytes`], OPEN, {
    statements: [
      ...aSuper(aString(bytes - MEMBER_BYTES)),
      sql('serialize', "SELECT LEN(JSON_SERIALIZE(OBJECT('a', a.value))) AS chars\nFROM t_values AS a"),
    ],
  });

const SIZES: readonly Check[] = [
  probe(['p11.listagg', 'LISTAGG takes a whole document'], needed(rows([DOCUMENT_BYTES_MAX])), {
    statements: [
      ...temporary(
        't_parts',
        'nth INTEGER, part VARCHAR(65535)',
        `1, RPAD('x', ${Math.floor(HALF)}, 'x')`,
        `2, RPAD('y', ${Math.ceil(HALF)}, 'y')`,
      ),
      sql('listagg', `SELECT LEN(LISTAGG(part, ',') WITHIN GROUP (ORDER BY nth)) AS chars\nFROM t_parts`),
    ],
  }),
  probe(['p11.size', 'JSON_SIZE counts bytes, beyond the limit of JSON_SERIALIZE too'], needed(rows([10], [65_535])), {
    statements: [
      ...aSuper(`JSON_PARSE('{"a":"ö"}')`, aString(65_535)),
      sql('size', 'SELECT JSON_SIZE(a.value) AS bytes\nFROM t_values AS a\nORDER BY a.id'),
    ],
  }),
  serialised('most', 65_535),
  serialised('more', 65_536),
];

const TEXTS: readonly Check[] = [
  probe(
    ['p12.case', 'an upper-case letter is another letter, and sorts first'],
    needed(rows(['A'], ['B'], ['a'], ['ä'])),
    {
      statements: [
        ...temporary('t_texts', 'word VARCHAR(10)', "'a'", "'B'", "'ä'", "'A'"),
        sql('sort', `SELECT word\nFROM t_texts\nWHERE word <> 'b'\nORDER BY word`),
      ],
    },
  ),
  probe(['p12.blanks', 'whether a trailing blank counts in a comparison'], OPEN, {
    statements: [
      ...temporary('t_texts', 'word VARCHAR(10)', "'a '"),
      sql('compare', `SELECT COUNT(*) AS same\nFROM t_texts\nWHERE word = 'a'`),
    ],
  }),
];

export const VALUE_CHECKS: readonly Check[] = [
  ...UNNESTING,
  ...NUMBERS,
  ...FUNCTIONS,
  ...PARAMETERS,
  ...SIZES,
  ...TEXTS,
];
