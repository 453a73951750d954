/** The AWS CLI, version 1 or 2: one process per call. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '@dataloaf/core/errors';
import { type CleanHome, outcomeOfCode } from './clean-environment.ts';
import type { ForeignClient, Members, Outcome } from './client.ts';
import type { Step } from './steps.ts';

/** For example `aws-cli/2.9.19`; undefined when it is not installed. */
export function awsCliVersion(home: CleanHome): string | undefined {
  try {
    return execFileSync('aws', ['--version'], { env: home.environment, encoding: 'utf8', stdio: 'pipe' }).split(' ')[0];
  } catch {
    // Not on the PATH, or it does not start.
    return undefined;
  }
}

/** Operations that write the response body to a file. */
const INTO_FILE: Readonly<Record<string, string>> = { GetObject: 'Body', Invoke: 'Payload' };

export function awsCliClient(endpoint: string, { version, home }: { version: string; home: CleanHome }): ForeignClient {
  const given = join(home.dir, 'given');
  const got = join(home.dir, 'got');
  // Version 2 expects binary values in base64 unless an option says otherwise; version 1 does not have that option.
  const binary = version.startsWith('aws-cli/1') ? [] : ['--cli-binary-format', 'raw-in-base64-out'];
  const common = ['--endpoint-url', endpoint, '--region', 'us-east-1', '--output', 'json', '--no-paginate', ...binary];
  return {
    async call(step): Promise<Outcome> {
      await rm(got, { force: true });
      const args = await argumentsOf(step, { given, got });
      const { failure, stdout } = await run([...common, ...args], home);
      if (failure !== undefined) return outcomeOfCode(codeOf(failure), step.operation);
      const members: Members = stdout.trim() === '' ? {} : JSON.parse(stdout);
      const body = INTO_FILE[step.operation];
      if (body === undefined || !existsSync(got)) return { kind: 'answer', members };
      return { kind: 'answer', members: { ...members, [body]: await readFile(got, 'utf8') } };
    },
    close: async () => undefined,
  };
}

type Call = Pick<Step, 'service' | 'operation' | 'input'>;

async function argumentsOf(
  { service, operation, input }: Call,
  files: { readonly given: string; readonly got: string },
): Promise<readonly string[]> {
  const command = [service === 's3' ? 's3api' : service, dashed(operation.replace(/V2$/, '-V2'))];
  const { Body, ...json } = Object.fromEntries(Object.entries(input));
  // A command with an output file needs separate arguments.
  if (operation in INTO_FILE) return [...command, ...Object.entries(input).flatMap(argument), files.got];
  if (Body === undefined) return [...command, '--cli-input-json', JSON.stringify(json)];
  await writeFile(files.given, String(Body));
  return [...command, '--cli-input-json', JSON.stringify(json), '--body', files.given];
}

const argument = ([name, value]: readonly [string, unknown]): readonly string[] => [`--${dashed(name)}`, String(value)];

const dashed = (name: string): string => name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

function run(
  args: readonly string[],
  home: CleanHome,
): Promise<{ readonly failure: string | undefined; readonly stdout: string }> {
  return new Promise((resolve) => {
    execFile('aws', [...args], { env: home.environment, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ failure: error === null ? undefined : stderr || messageOf(error), stdout });
    });
  });
}

/** `An error occurred (NoSuchKey) when calling the GetObject operation: ...` */
function codeOf(failure: string): string {
  return /An error occurred \(([^)]+)\)/.exec(failure)?.[1] ?? failure.trim().slice(-300);
}
