/**
 * `core/docs/tables.md` as text, generated from the table definitions. The example events are parsed by the same code as
 * the events of a client, so they cannot drift from the format.
 */

import type { EventItem } from '@dataloaf/core/api';
import type { Columns, RowOf } from '@dataloaf/core/columns';
import { ConfigError } from '@dataloaf/core/errors';
import { parseEvent } from '@dataloaf/core/values/event';
import { typeText } from '@dataloaf/core/warehouse/sql/create-table';
import { EVENTS, SCHEMA, SCHEMA_MIGRATIONS, TABLES, type Table, USERS } from '@dataloaf/core/warehouse/tables';

export const TABLES_FILE = 'core/docs/tables.md';

const ARRIVAL = { nowMs: Date.parse('2026-11-22T09:30:02Z'), newId: () => '01a20297-5590-7000-8000-5d1f2c9e4a07' };

const EXAMPLE_EVENTS: readonly { readonly item: EventItem; readonly loadId: number }[] = [
  {
    item: {
      event_id: 'order-1',
      event_name: 'order_completed',
      user_id: 'u1',
      event_created: '2026-11-22T10:15:00+01:00',
      event_attributes: { total: 12.5, currency: 'EUR' },
    },
    loadId: 41,
  },
  {
    item: {
      event_id: 'order-2',
      event_name: 'order_completed',
      user_id: 'u2',
      event_created: '2026-11-22T09:29:59.120Z',
      event_attributes: { total: 30, currency: 'EUR', items: ['mug', 'tea'] },
    },
    loadId: 42,
  },
  { item: { event_name: 'page_viewed', user_id: 'u1' }, loadId: 42 },
];

const EXAMPLE_USERS: readonly RowOf<typeof USERS.columns>[] = [
  {
    user_id: 'u1',
    user_attributes: '{"city":"Oslo","orders":3,"plan":"pro"}',
    first_seen: '2026-11-02T08:00:00.000Z',
    updated_at: '2026-11-22T09:15:00.000Z',
    attributes_truncated: false,
  },
  {
    user_id: 'u2',
    user_attributes: '{}',
    first_seen: '2026-11-22T09:29:59.120Z',
    updated_at: null,
    attributes_truncated: false,
  },
  {
    user_id: 'u3',
    user_attributes: '{"plan":"free"}',
    first_seen: '2026-11-20T17:45:10.000Z',
    updated_at: '2026-11-20T17:45:10.000Z',
    attributes_truncated: false,
  },
];

type ExampleRow = Readonly<Record<string, unknown>>;

export function renderTables(): string {
  const others = TABLES.filter((table) => table !== EVENTS && table !== USERS);
  const tables = [EVENTS, USERS, ...others, SCHEMA_MIGRATIONS];
  const examples = new Map<Table, readonly ExampleRow[]>([
    [EVENTS, EXAMPLE_EVENTS.map(({ item, loadId }) => ({ ...eventRow(item), load_id: loadId }))],
    [USERS, EXAMPLE_USERS],
  ]);
  return `${[HEAD, ...tables.map((table) => renderTable(table, examples.get(table)))].join('\n\n')}\n`;
}

const HEAD = `# Tables of the warehouse

Written by \`npm run docs\` from \`core/src/warehouse/tables.ts\`; a test fails when it is out of date.

Every table is in the schema \`${SCHEMA}\`. Times are in UTC, the length of a \`VARCHAR\` is in bytes, and \`SUPER\` holds JSON.
Redshift enforces no keys: the transactions that write keep them unique.`;

function renderTable(table: Table, examples: readonly ExampleRow[] | undefined): string {
  const columns = Object.entries(table.columns).map(([name, column]) => [code(name), typeText(column), column.about]);
  return [
    `## ${table.name}`,
    table.about,
    `Key: ${list(table.key)}. ${layoutOf(table)}`.trimEnd(),
    renderRows(['column', 'type', 'meaning'], columns),
    ...(examples === undefined ? [] : ['Example rows:', renderExamples(table.columns, examples)]),
  ].join('\n\n');
}

function layoutOf({ distKey, sortKey }: Table): string {
  const distribution = distKey === undefined ? '' : `Distributed by ${code(distKey)}. `;
  return sortKey === undefined ? distribution : `${distribution}Sorted by ${list(sortKey)}.`;
}

function renderExamples(columns: Columns, rows: readonly ExampleRow[]): string {
  const names = Object.keys(columns);
  return renderRows(
    names,
    rows.map((row) => names.map((name) => valueText(row[name]))),
  );
}

function renderRows(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** A value as a query shows it; JSON of a SUPER column as code. */
function valueText(value: unknown): string {
  if (value === null) return '*null*';
  if (typeof value === 'object') return code(JSON.stringify(value));
  const text = String(value);
  return text.startsWith('{') ? code(text) : text;
}

/** @throws ConfigError when the parser rejects an example */
function eventRow(item: EventItem): ExampleRow {
  const parsed = parseEvent(item, ARRIVAL);
  if (!parsed.ok) throw new ConfigError('example_invalid', `Expected a valid example event. ${parsed.message}`);
  return JSON.parse(parsed.value.line);
}

const code = (text: string): string => `\`${text}\``;
const list = (names: readonly string[]): string => names.map(code).join(', ');
