/**
 * The real load of the golden corpus, each transaction twice, then every table and every read of the product. A second load
 * must be refused by its guard, and change nothing.
 */
import { refreshCatalog } from '@dataloaf/core/warehouse/sql/attribute-catalog';
import * as ledger from '@dataloaf/core/warehouse/sql/ledger';
import { MIGRATIONS, readVersions } from '@dataloaf/core/warehouse/sql/migrations';
import { countEvents, countUsers } from '@dataloaf/core/warehouse/sql/totals';
import { LOAD_BATCHES, TABLES, type Table } from '@dataloaf/core/warehouse/tables';
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import { loadStatements } from '../../load-statements.ts';
import { uriOf } from '../../objects.ts';
import { type Check, type CheckPorts, type LoadName, needed, RECORDED, sessionAs } from '../check.ts';
import type { Json } from '../json.ts';
import { observeOutcome } from '../observe.ts';
import type { Session } from '../session.ts';
import { probe, sql } from './make.ts';

const loads = (name: LoadName, asks: string): readonly Check[] => [
  {
    kind: 'script',
    id: `load.${name}`,
    asks,
    expected: RECORDED,
    observe: (ports) => observeLoad(name, ports),
  },
  {
    kind: 'batch',
    id: `load.${name}-again`,
    asks: 'the guard refuses the same load a second time',
    expected: needed({ failed: ledger.REFUSE_LOADED, error: 'division_by_zero' }),
    as: LOADER,
    statements: ({ batches, bucket, roleArn }) => loadStatements(batches[name], { bucket, roleArn }),
  },
];

/** What a load does, the loader must be allowed to do. */
const LOADER = 'loader';

async function observeLoad(name: LoadName, ports: CheckPorts): Promise<Json> {
  const { bucket, roleArn, batches } = ports.scratch;
  const session = sessionAs(ports, LOADER);
  const outcome = await session.run(loadStatements(batches[name], { bucket, roleArn }));
  return outcome.status === 'FINISHED' ? observeBalance(batches[name], session) : observeOutcome(outcome);
}

/** The row of a batch in the ledger. */
export async function observeBalance(batch: ledger.LedgerBatch, session: Session): Promise<Json> {
  const balance = await session.runSingle(ledger.readBatch(batch));
  const { columns, rows } = balance.statements[0] ?? { columns: [], rows: [] };
  return Object.fromEntries(columns.map((column, at) => [column.name, rows[0]?.[at] ?? null]));
}

/** Times of the run, and a size that depends on the version of zlib. */
const NOT_COMPARED = ['loaded_at', 'applied_at', 'bytes'];

function dump(table: Table): Check {
  const columns = Object.keys(table.columns).filter((name) => !NOT_COMPARED.includes(name));
  const text = `SELECT ${columns.join(', ')}\nFROM dataloaf.${table.name}\nORDER BY ${orderOf(table)}`;
  return probe(
    [`table.${table.name.replaceAll('_', '-')}`, `${table.name} holds the same rows as on the stand-in`],
    RECORDED,
    {
      statements: [sql('dump', text)],
      as: 'insights',
    },
  );
}

/** The id of a batch is a hash of addresses, which differ between two runs. */
const orderOf = ({ name, key }: Table): string => (name === LOAD_BATCHES.name ? 'load_id' : key.join(', '));

/** The number of the first load: each migration has counted the mutex before. */
const CATALOG_LOAD_ID = MIGRATIONS.length + 1;

const read = (statement: Statement): Check =>
  probe(
    [
      `read.${statement.name.replace('read_', '').replaceAll('_', '-')}`,
      `${statement.name} returns the same as on the stand-in`,
    ],
    RECORDED,
    {
      statements: [withoutTimes(statement)],
      isSingle: true,
    },
  );

const withoutTimes = (statement: Statement): Statement => ({
  ...statement,
  text: statement.text.replace(' loaded_at,', ''),
});

const READS_OF_THE_LEDGER: Check = {
  kind: 'script',
  id: 'read.objects',
  asks: 'the ledger finds the objects of a load by their addresses',
  expected: needed({ range: 2, one: 'loaded', absent: 0 }),
  observe: async ({ session, scratch }) => {
    const uris = scratch.batches.both.objects.map(uriOf);
    const range = { firstUri: uris[0] ?? '', lastUri: uris.at(-1) ?? '' };
    const all = await session.runSingle(ledger.readObjects(0, range));
    const one = await session.runSingle(ledger.readObject(0, range.firstUri));
    const absent = await session.runSingle(ledger.readObject(0, `${range.firstUri}x`));
    const count = all.statements[0]?.rows.filter(([uri]) => uris.includes(String(uri))).length ?? 0;
    return {
      range: count,
      one: one.statements[0]?.rows[0]?.[0] ?? null,
      absent: absent.statements[0]?.rows.length ?? null,
    };
  },
};

/** Direct merges come before the load that repeats their operations, as they do in life. */
export const loadChecks = (directMerge: readonly Check[]): readonly Check[] => [
  ...loads('events', 'a load of events commits'),
  ...loads('operations', 'a load of operations commits'),
  ...directMerge,
  ...loads('both', 'a load of both streams, with repeats and conflicts, commits'),
  probe(['load.catalog', 'the attribute catalogue is refreshed'], needed('succeeded'), {
    statements: refreshCatalog(CATALOG_LOAD_ID),
    as: LOADER,
    shows: 'success',
  }),
  ...TABLES.map(dump),
  ...[
    ledger.readNewestLoad,
    ledger.readLastBatch,
    ledger.readParked,
    ledger.readParkedCount,
    readVersions,
    countEvents,
    countUsers,
  ].map(read),
  READS_OF_THE_LEDGER,
];
