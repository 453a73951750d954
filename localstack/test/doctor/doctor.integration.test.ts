/** The doctor on the stand-in of a stack: what it finds, what it compares with, and that nothing of it stays. */
import { randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Cell } from '@dataloaf/core/warehouse/warehouse';
import type { Check, Observed } from '@dataloaf/loader/doctor/check';
import { makeChecks } from '@dataloaf/loader/doctor/checks/all';
import { ROLE_CHECKS } from '@dataloaf/loader/doctor/checks/roles';
import { compareTranscripts } from '@dataloaf/loader/doctor/compare';
import { createSession } from '@dataloaf/loader/doctor/data-api-session';
import { KNOWN_DIFFERENCES } from '@dataloaf/loader/doctor/known-differences';
import { isBad, judgeObserved } from '@dataloaf/loader/doctor/report';
import { type DoctorPorts, type DoctorRun, runDoctor } from '@dataloaf/loader/doctor/run-doctor';
import { makeRunId, RUN_MS_MAX } from '@dataloaf/loader/doctor/scratch';
import { makeTranscript, type Transcript } from '@dataloaf/loader/doctor/transcript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PRODUCT_CHECKS } from '../../doctor/product-checks.ts';
import { type DoctorTarget, startStandIn } from '../../doctor/target.ts';
import { readStandIn, readTranscripts, TRANSCRIPTS } from '../../doctor/transcripts.ts';

const CHECKS = makeChecks(PRODUCT_CHECKS);
let target: DoctorTarget;
let whole: DoctorRun;
let now: Transcript;
beforeAll(async () => {
  target = await startStandIn(new AbortController().signal);
  whole = await run(CHECKS);
  now = makeTranscript(whole);
});
afterAll(() => target?.stop());

const run = (checks: readonly Check[], more: Partial<DoctorPorts> = {}): Promise<DoctorRun> =>
  runDoctor(
    { ...target.options, checks },
    {
      ...target.ports,
      now: Date.now,
      pause: async (ms) => sleep(ms),
      newToken: randomUUID,
      signal: new AbortController().signal,
      onCheck: () => undefined,
      onNote: () => undefined,
      ...more,
    },
  );

const admin = () =>
  createSession(
    { client: target.ports.client, address: target.options.address, rewrite: (one) => one, timeoutMs: 30_000 },
    {
      now: Date.now,
      pause: async (ms) => sleep(ms),
      newToken: randomUUID,
      onOutcome: () => undefined,
      signal: new AbortController().signal,
    },
  );

async function schemas(): Promise<readonly Cell[]> {
  const text = `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'dataloaf_doctor_%'`;
  const { statements } = await admin().run([{ name: 'list', text }]);
  return (statements[0]?.rows ?? []).map(([name]) => name ?? null);
}

async function objects(prefix: string): Promise<readonly string[]> {
  const { bucket } = target.options;
  const page = await target.ports.s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  return (page.Contents ?? []).map(({ Key: key = '' }) => key);
}

/** Lines for a person who sees them in a failed test. */
const differences = (recorded: Transcript): readonly string[] =>
  compareTranscripts(recorded, now, KNOWN_DIFFERENCES).map((one) => JSON.stringify(one));

describe('the doctor on the stand-in', () => {
  it('finds everything that the product depends on', async () => {
    const recorded = await readStandIn(TRANSCRIPTS);

    const judged = whole.observed.map((one) => judgeObserved(one, recorded));

    expect(judged.filter(({ verdict }) => verdict.kind === 'wrong')).toEqual([]);
  });

  it('finds a right that a function lacks', async () => {
    const change = (verb: string, to: string) => ({
      name: 'change',
      text: `${verb} SELECT ON dataloaf.load_files ${to}`,
    });
    await admin().run([change('REVOKE', 'FROM ROLE dataloaf_loader')]);

    const { observed } = await run(ROLE_CHECKS);

    await admin().run([change('GRANT', 'TO ROLE dataloaf_loader')]);
    const wrong = observed.map((one) => judgeObserved(one, new Map())).filter(isBad);
    expect(wrong).toMatchObject([
      { id: 'role.loader.rights', observed: { failed: 'select_load_files', error: 'permission' } },
    ]);
  });

  it('leaves neither a schema nor an object', async () => {
    expect(await schemas()).toEqual([]);
    expect([...(await objects('doctor/')), ...(await objects('manifests/'))]).toEqual([]);
  });

  it('leaves nothing when it is aborted in the middle', async () => {
    const abort = new AbortController();
    const seen: Observed[] = [];

    const aborted = run(CHECKS, {
      signal: abort.signal,
      onCheck: (one) => {
        seen.push(one);
        if (seen.length === 5) abort.abort();
      },
    });

    await expect(aborted).rejects.toThrow('aborted');
    expect(seen.length).toBe(5);
    expect(await schemas()).toEqual([]);
    expect([...(await objects('doctor/')), ...(await objects('manifests/'))]).toEqual([]);
  });

  it('removes what a killed run left, once it is old, and nothing of a run beside it', async () => {
    const [old, young] = [makeRunId(Date.now() - 2 * RUN_MS_MAX), makeRunId(Date.now() - 1_000)];
    const notes: string[] = [];
    const { s3 } = target.ports;
    for (const id of [old, young]) {
      await admin().run([{ name: 'create', text: `CREATE SCHEMA dataloaf_doctor_${id}` }]);
      const keys = { [`doctor/${id}/x.gz`]: 'x', [`doctor/${id}/keys.json`]: JSON.stringify([`doctor/${id}/x.gz`]) };
      for (const [Key, Body] of Object.entries(keys)) {
        await s3.send(new PutObjectCommand({ Bucket: target.options.bucket, Key, Body }));
      }
    }

    await run([], { onNote: (note) => notes.push(note) });

    expect(await schemas()).toEqual([`dataloaf_doctor_${young}`]);
    expect(await objects('doctor/')).toEqual([`doctor/${young}/keys.json`, `doctor/${young}/x.gz`]);
    expect(notes.length).toBe(2);
  });
});

describe('a committed transcript', () => {
  it('is there of the stand-in, so that a real warehouse has something to be compared with', async () => {
    const targets = (await readTranscripts(TRANSCRIPTS)).map(({ transcript }) => transcript.target);

    expect(targets).toContain('stand-in');
  });

  it('is what the stand-in answers, or the difference is listed with a reason', async () => {
    for (const { file, transcript } of await readTranscripts(TRANSCRIPTS)) {
      const hint = `${file}: if the change is meant, record it: npm run doctor -- --record loader/docs/transcripts`;
      expect(differences(transcript), hint).toEqual([]);
    }
  });

  it('turns this red by a planted difference', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'dataloaf-transcripts-'));
    try {
      const file = join(dir, 'redshift-1.0.0-2026-11-25.json');
      await copyFile(join(TRANSCRIPTS, 'stand-in.json'), file);
      const text = await readFile(file, 'utf8');
      await writeFile(
        file,
        text.replace('"target":"stand-in"', '"target":"redshift"').replace('"new_events":10', '"new_events":11'),
      );

      const [planted] = await readTranscripts(dir);

      expect(text).toContain('"new_events":10');
      expect(planted === undefined ? [] : differences(planted.transcript)).toEqual([
        expect.stringContaining('"load.events"'),
      ]);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});
