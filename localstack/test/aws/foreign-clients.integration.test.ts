import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensurePython } from '../../contract/python.ts';
import { CLAIMED } from '../tools/claimed-operations.ts';
import { awsCliClient, awsCliVersion } from '../tools/foreign/aws-cli-client.ts';
import { boto3Client } from '../tools/foreign/boto3-client.ts';
import { aCleanHome } from '../tools/foreign/clean-environment.ts';
import { follow, type Outcome } from '../tools/foreign/client.ts';
import { javascriptClient } from '../tools/foreign/javascript-client.ts';
import { STEPS } from '../tools/foreign/steps.ts';
import { useOurs } from '../tools/ours-fixture.ts';

const home = await aCleanHome();
const python = await ensurePython('boto3');
const version = awsCliVersion(home);
if (python.kind === 'missing') warn(`NO boto3: its tests DO NOT RUN. ${python.why}`);
if (version === undefined) warn('NO AWS CLI: its tests DO NOT RUN. Install awscli, for example by apt-get.');

function warn(what: string): void {
  process.stderr.write(`\n*** ${what} ***\n\n`);
}

const ours = useOurs();
let expected: readonly Outcome[];
beforeAll(async () => {
  expected = await follow(javascriptClient(ours.endpoint), STEPS);
});
afterAll(() => home.remove());

const titled = STEPS.map((step, index) => [`${index} ${step.service} ${step.operation}`, index] as const);

describe('the steps', () => {
  it('call every operation that the gateway claims, and get a refusal from each service', () => {
    for (const [service, operations] of Object.entries(CLAIMED)) {
      const called = STEPS.filter((step) => step.service === service).map(({ operation }) => operation);

      expect(called).toEqual(expect.arrayContaining([...operations]));
      expect(called.filter((operation) => !operations.some((claimed) => claimed === operation))).not.toEqual([]);
    }
  });

  it('succeed for the JavaScript SDK as claimed: a claimed operation is never "not emulated"', () => {
    const refused = STEPS.filter((_, index) => codeOf(expected[index]) === 'NotImplemented');
    const unclaimed = STEPS.filter(({ service, operation }) => !CLAIMED[service].some((name) => name === operation));

    expect(refused).toEqual(unclaimed);
  });
});

describe.runIf(python.kind === 'found')('boto3 gets what the JavaScript SDK gets', () => {
  let outcomes: readonly Outcome[];
  beforeAll(async () => {
    const client = boto3Client(ours.endpoint, { python: python.kind === 'found' ? python.python : '', home });
    outcomes = await follow(client, STEPS);
    await client.close();
  });

  it.each(titled)('%s', (_, index) => {
    expect(outcomes[index]).toEqual(expected[index]);
  });
});

describe.runIf(version !== undefined)('the AWS command line gets what the JavaScript SDK gets', () => {
  let outcomes: readonly Outcome[];
  beforeAll(async () => {
    outcomes = await follow(awsCliClient(ours.endpoint, { version: version ?? '', home }), STEPS);
  });

  it.each(titled)('%s', (_, index) => {
    const [outcome, sdk] = [outcomes[index], expected[index]];

    // An old client omits members that its models lack; the members that it returns must be the same.
    expect(sdk).toMatchObject(outcome ?? {});
    expect(isEmpty(outcome)).toBe(isEmpty(sdk));
  });
});

const codeOf = (outcome: Outcome | undefined): string | undefined =>
  outcome?.kind === 'error' ? outcome.code : undefined;

const isEmpty = (outcome: Outcome | undefined): boolean =>
  outcome?.kind === 'answer' && Object.keys(outcome.members).length === 0;
