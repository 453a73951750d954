/** What the tables hold in all, as `dataloaf status` shows it. */
import type { Statement } from '../warehouse.ts';

/** The rollup has one row per load, name and quarter of an hour: far fewer than there are events. */
export const countEvents: Statement = {
  name: 'count_events',
  text: `SELECT CAST(COALESCE(SUM(events), 0) AS BIGINT) AS n
FROM dataloaf.event_rollup`,
};

export const countUsers: Statement = {
  name: 'count_users',
  text: `SELECT COUNT(*) AS n
FROM dataloaf.users`,
};
