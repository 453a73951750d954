/** The checks of merge and Insights, which the loader's doctor does not know: a direct merge, and questions about the loads. */
import { DataLoafError } from '@dataloaf/core/errors';
import { s3Uri } from '@dataloaf/core/storage-keys';
import { LIVE_GENERATION } from '@dataloaf/core/warehouse/tables';
import type { Row, Statement } from '@dataloaf/core/warehouse/warehouse';
import { EVENT_NAMES, eventsAnswerOf } from '@dataloaf/insights/query/answer/event-names';
import { kindOf } from '@dataloaf/insights/query/kinds';
import { runQuery } from '@dataloaf/insights/run-query';
import { type Check, type CheckPorts, RECORDED, sessionAs } from '@dataloaf/loader/doctor/check';
import type { OtherChecks } from '@dataloaf/loader/doctor/checks/all';
import { observeBalance } from '@dataloaf/loader/doctor/checks/loads';
import { type Json, shorten } from '@dataloaf/loader/doctor/json';
import { directKeyOf } from '@dataloaf/loader/doctor/objects';
import { observeOutcome } from '@dataloaf/loader/doctor/observe';
import type { Outcome } from '@dataloaf/loader/doctor/session';
import { mergeStatements } from '@dataloaf/merge/merge-statements';
import { DoctorError } from './doctor-error.ts';

const MERGE_ID = 'doctor-direct';

async function observeDirectMerge(ports: CheckPorts): Promise<Json> {
  const { bucket, prefix, roleArn } = ports.scratch;
  const uri = s3Uri(bucket, directKeyOf(prefix));
  const outcome = await sessionAs(ports, 'merge').run(mergeStatements({ mergeId: MERGE_ID, uri, roleArn }));
  if (outcome.status !== 'FINISHED') return observeOutcome(outcome);
  // Merge itself may not read the ledger.
  return observeBalance({ batchId: MERGE_ID, generation: LIVE_GENERATION }, ports.session);
}

const DIRECT_MERGE: Check = {
  kind: 'script',
  id: 'load.direct',
  asks: 'a direct merge commits, and the load after it has its operations already',
  expected: RECORDED,
  observe: observeDirectMerge,
};

/** The month of the golden corpus. */
const MONTH = 'period=2026-01-01..2026-01-31';
const NOW = Date.UTC(2026, 1, 10);

/** Question by question, every form of SQL that Insights sends. */
const QUESTIONS: Readonly<Record<string, string>> = {
  events: `${MONTH}&by=day`,
  'all-time': 'period=all&by=year',
  'users-by-week': `event=bought&measure=users&${MONTH}&by=week&week=sunday&zone=Europe/Paris`,
  'half-hour-zone': `${MONTH}&by=hour&zone=Asia/Kathmandu`.replace(MONTH, 'period=2026-01-15..2026-01-15'),
  'per-user': `measure=avg_per_user&b.measure=median_per_user&${MONTH}`,
  sum: `event=bought&measure=sum(event.fraction)&b.measure=avg(event.digits)&${MONTH}`,
  percentile: `measure=p90(number(event.whole))&b.measure=median(event.total)&${MONTH}`,
  distinct: `measure=distinct(event.emoji)&b.measure=distinct(user.plan)&${MONTH}`,
  breakdown: `measure=users&${MONTH}&breakdown=event.total&compare=previous`,
  'breakdown-of-users': `${MONTH}&breakdown=user.plan&compare=year`,
  formula: `event=bought&b.event=viewed  twice&formula=A / B * 100&${MONTH}`,
  'new-profiles': 'profiles=new&measure=avg(user.visits)&period=2001-09-01..2001-09-30&by=day',
  'all-profiles': `profiles=all&${MONTH}&breakdown=user.plan`,
  'where-text': `where=event.quote contains "quoted" or event.quote starts with it&${MONTH}`,
  'where-number': `where=event.total between 1 and 100 and not (number(event.whole) >= 10)&${MONTH}`,
  'where-kinds': `where=event.list is set or event.yes is true or event.total is 1, "1"&${MONTH}`,
  'where-names': `where=event."a 'quoted' name" is 1 and event."planTier Größe" is set&${MONTH}`,
  'where-did': `measure=users&where=user.plan is pro, direct and did bought at least 2 times in 30 days&${MONTH}`,
};

/** A question of Insights that the warehouse did not answer. */
class Unanswered extends DataLoafError {
  override readonly name = 'Unanswered';
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super('doctor_unanswered', `Expected rows, got: ${outcome.error ?? outcome.status}`);
    this.outcome = outcome;
  }
}

async function rowsOf(statement: Statement, ports: CheckPorts): Promise<readonly Row[]> {
  const outcome = await sessionAs(ports, 'insights').runSingle(statement);
  if (outcome.status !== 'FINISHED') throw new Unanswered(outcome);
  const { columns, rows } = outcome.statements[0] ?? { columns: [], rows: [] };
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null])));
}

async function observeAnswer(ask: () => Promise<unknown>): Promise<Json> {
  try {
    const answer: Json = JSON.parse(JSON.stringify(await ask()));
    return shorten(answer);
  } catch (error) {
    if (error instanceof Unanswered) return observeOutcome(error.outcome);
    throw error;
  }
}

async function answerOf(search: string, ports: CheckPorts): Promise<unknown> {
  const kind = kindOf(search);
  const query = kind.ok ? kind.value.parse(search) : kind;
  if (!kind.ok || !query.ok)
    throw new DoctorError('question_invalid', `Expected a question of Insights, got ${search}.`);
  const asOf = { now: NOW, completeTo: NOW, loadId: undefined };
  return runQuery(kind.value, query.value, { read: (statement) => rowsOf(statement, ports), asOf });
}

const question = ([name, search]: readonly [name: string, search: string]): Check => ({
  kind: 'script',
  id: `ask.${name}`,
  asks: `Insights answers ?${search}`,
  expected: RECORDED,
  observe: (ports) => observeAnswer(() => answerOf(search, ports)),
});

const NAMES: Check = {
  kind: 'script',
  id: 'ask.names',
  asks: 'Insights lists the names of events',
  expected: RECORDED,
  observe: (ports) => observeAnswer(async () => eventsAnswerOf(await rowsOf(EVENT_NAMES, ports))),
};

export const PRODUCT_CHECKS: OtherChecks = {
  directMerge: [DIRECT_MERGE],
  questions: [NAMES, ...Object.entries(QUESTIONS).map(question)],
};
