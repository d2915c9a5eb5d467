import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, test } from '@jest/globals';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Debian's and other names of the browser; CHROMIUM names one that is elsewhere. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const executable = process.env.CHROMIUM ?? NAMES.map(inPath).find((path) => path !== undefined);

/** A test that opens a page in Chromium: skipped, and told why, on a machine that has none. */
export const inBrowser = (title: string, run: () => Promise<void>): void =>
  executable === undefined
    ? test.skip(`${title} (skipped: Chromium is not installed; apt-get install chromium)`, run)
    : test(title, run);

function inPath(name: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

let browser: Promise<Browser> | undefined;

afterAll(async () => (await browser)?.close());

/** Opens a file without a network, in the one browser of a test file, and closes it whatever happens. */
export async function withPage<T>(
  file: string,
  use: (page: Page) => Promise<T>,
  options: BrowserContextOptions = {},
): Promise<T> {
  // Chromium's sandbox does not start as root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  browser ??= chromium.launch({ executablePath: executable ?? '', args });
  const context = await (await browser).newContext({ ...options, offline: true });
  try {
    const page = await context.newPage();
    await page.goto(`file://${file}`);
    return await use(page);
  } finally {
    await context.close();
  }
}

/** What axe-core finds in the page as it is now: a rule, and the elements that break it. */
export async function violationsIn(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('; ')}`);
}
