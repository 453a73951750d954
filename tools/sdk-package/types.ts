/**
 * The types of the published SDK in one file that imports no package of ours. TypeScript 7 emits the declarations. It has no
 * programming interface yet, so API Extractor rolls them up with its own TypeScript 6. Nothing in the file differs between
 * module systems, so both get the same one.
 */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataLoafError } from '@dataloaf/core/errors';
import { Extractor, ExtractorConfig, ExtractorLogLevel, type ExtractorMessage } from '@microsoft/api-extractor';
import { writeIfChanged } from '../bundle/bundle-file.ts';

/** Declarations could not be made or rolled up. */
export class TypesError extends DataLoafError {
  override readonly name = 'TypesError';
}

const { Error: ERROR, None: NONE, Warning: WARNING } = ExtractorLogLevel;

/** `root` is the root of the repository. */
export async function rollUpSdkTypes(root: string): Promise<void> {
  emitDeclarations(root);
  const rolledUp = join(tmpdir(), `dataloaf-types-${randomUUID()}.d.ts`);
  try {
    rollUp(root, rolledUp);
    const text = await readFile(rolledUp);
    await Promise.all(['index.d.mts', 'index.d.cts'].map((name) => writeIfChanged(join(root, 'sdk/dist', name), text)));
  } finally {
    await rm(rolledUp, { force: true });
  }
}

function emitDeclarations(root: string): void {
  const args = [join(root, 'node_modules/typescript/bin/tsc'), '-b', 'sdk'];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new TypesError('types_not_emitted', `Expected "tsc -b sdk" to succeed, got:\n${stdout}`);
}

function rollUp(root: string, file: string): void {
  const problems: string[] = [];
  const messageCallback = (message: ExtractorMessage): void => {
    if (message.logLevel === ERROR || message.logLevel === WARNING)
      problems.push(message.formatMessageWithLocation(root));
    message.handled = true;
  };
  const { succeeded } = Extractor.invoke(describeRollUp(root, file), { localBuild: true, messageCallback });
  if (succeeded && problems.length === 0) return;
  throw new TypesError('types_not_rolled_up', `Expected one file of types, got: ${problems.join('; ')}`);
}

function describeRollUp(root: string, untrimmedFilePath: string): ExtractorConfig {
  const mainEntryPointFilePath = join(root, 'sdk/.tsbuild/index.d.ts');
  const overrideTsconfig = {
    extends: join(root, 'sdk/tsconfig.json'),
    compilerOptions: {
      composite: false,
      emitDeclarationOnly: false,
      noEmit: true,
      rootDir: root,
      // API Extractor reads only declarations. A path, not a package, makes them count as the SDK's own, so they go in.
      paths: { '@dataloaf/core/*': [join(root, 'core/.tsbuild/*.d.ts')] },
    },
    references: [],
    files: [mainEntryPointFilePath],
    include: [],
  };
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: join(root, 'sdk'),
      mainEntryPointFilePath,
      compiler: { overrideTsconfig },
      dtsRollup: { enabled: true, untrimmedFilePath, omitTrimmingComments: true },
      apiReport: { enabled: false },
      docModel: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ERROR } },
        extractorMessageReporting: {
          default: { logLevel: WARNING },
          // A package with one entry needs no release tags, and no exports for types that only other types use.
          'ae-missing-release-tag': { logLevel: NONE },
          'ae-forgotten-export': { logLevel: NONE },
        },
        // Our doc comments are not written in TSDoc.
        tsdocMessageReporting: { default: { logLevel: NONE } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, 'sdk/package.json'),
  });
}
