/** The SDK as somebody gets it from a registry: packed from this clone, and installed into an empty folder. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './run-command.ts';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

export interface PackedSdk {
  readonly tarball: string;
  readonly unpackedBytes: number;
  /** Paths inside the package. */
  readonly files: readonly string[];
  /** A folder with only the package and its dependencies installed. */
  readonly consumer: string;
  remove(): void;
}

export async function packSdk(): Promise<PackedSdk> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'dataloaf-packed-'));
  const consumer = path.join(dir, 'consumer');
  fs.mkdirSync(consumer);
  fs.writeFileSync(path.join(consumer, 'package.json'), '{"private": true}\n');
  await npm(['pack', '--workspace', 'sdk', '--pack-destination', dir], ROOT);
  const tarball = path.join(dir, fs.readdirSync(dir).find((name) => name.endsWith('.tgz')) ?? 'no tarball');
  await npm(['install', '--prefer-offline', '--no-audit', '--no-fund', tarball], consumer);
  const installed = path.join(consumer, 'node_modules/@dataloaf/sdk');
  const files = filesBelow(installed);
  const sizes = files.map((file) => fs.statSync(path.join(installed, file)).size);
  return {
    tarball,
    unpackedBytes: sizes.reduce((sum, size) => sum + size, 0),
    files,
    consumer,
    remove: () => fs.rmSync(dir, { recursive: true, force: true }),
  };
}

async function npm(args: readonly string[], cwd: string): Promise<void> {
  const { code, output } = await runCommand('npm', args, { cwd });
  if (code !== 0) throw new Error(`Expected "npm ${args.join(' ')}" to succeed, got ${code}:\n${output}`);
}

export function filesBelow(dir: string): readonly string[] {
  const entries = fs.readdirSync(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Manifests of everything that is installed below a folder. */
export function manifestsBelow(dir: string): readonly Manifest[] {
  const manifests = filesBelow(dir).filter((file) => /node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/.test(file));
  return manifests.map((file) => JSON.parse(fs.readFileSync(path.join(dir, file), 'utf8')));
}
