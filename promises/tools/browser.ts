/**
 * A Chromium of this machine, driven by playwright-core, which contains no browser. Without one, the tests of the page fail
 * in CI; elsewhere they are left out, and a loud line says so.
 */
import { accessSync, constants, existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const PLACES = [
  '/usr/bin/chromium',
  '/snap/bin/chromium',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const HELP = 'Install chromium or name one with CHROME=/path/to/chrome.';

export interface TestBrowser {
  /** A new tab. */
  open(url: string): Promise<Page>;
  /** Moves the clock of all tabs ahead, so that their timers fire. */
  passTime(ms: number): Promise<void>;
  /** Console errors and exceptions of all tabs. */
  readonly complaints: readonly string[];
  /** Origins that any tab sent a request to. */
  readonly origins: ReadonlySet<string>;
  close(): Promise<void>;
}

/** Whether browser tests run: where a browser exists, and in CI, where a missing one must fail. */
export function shallBrowse(): boolean {
  if (findBrowser() !== undefined || process.env['CI']) return true;
  process.stderr.write(`\n*** NO BROWSER: the tests of the page DO NOT RUN. ${HELP} ***\n\n`);
  return false;
}

/** Uses a new profile, which `close` removes. */
export async function startBrowser(): Promise<TestBrowser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error(`Expected a Chromium on this machine, found none. ${HELP}`);
  const profile = mkdtempSync(join(tmpdir(), 'dataloaf-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: FLAGS,
    viewport: { width: 1280, height: 800 },
  });
  const complaints: string[] = [];
  const origins = new Set<string>();
  await context.clock.install();
  watch(context, { complaints, origins });
  return {
    complaints,
    origins,
    async open(url) {
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      await page.goto(url);
      return page;
    },
    passTime: (ms) => context.clock.fastForward(ms),
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

interface Seen {
  readonly complaints: string[];
  readonly origins: Set<string>;
}

function watch(context: BrowserContext, { complaints, origins }: Seen): void {
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('request', (request) => origins.add(new URL(request.url()).origin));
}

function findBrowser(): string | undefined {
  const named = process.env['CHROME'];
  if (named) return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [...PLACES, ...folders.flatMap((folder) => NAMES.map((name) => join(folder, name)))];
  return candidates.find(isExecutable);
}

function isExecutable(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // There, but not for us.
  }
}
