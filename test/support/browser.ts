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
export function withPage<T>(
  file: string,
  use: (page: Page) => Promise<T>,
  options: BrowserContextOptions = {},
): Promise<T> {
  return inContext({ ...options, offline: true }, async (page) => {
    await page.goto(`file://${file}`);
    return use(page);
  });
}

/**
 * Opens an address of a server on this machine, as withPage does. Whatever the page asks of another host, and whatever
 * its console says as an error, is an error of the test.
 */
export function withAddress<T>(
  url: string,
  use: (page: Page) => Promise<T>,
  options: BrowserContextOptions = {},
): Promise<T> {
  return inContext(options, async (page) => {
    const wrong: string[] = [];
    page.on('request', (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol.startsWith('http') && host !== new URL(url).host) wrong.push(`It asked for ${request.url()}.`);
    });
    page.on('pageerror', ({ message }) => wrong.push(message));
    page.on('console', (message) => {
      // The browser's own line about an answer that a test asks for.
      const isStatus = message.text().startsWith('Failed to load resource: the server responded with a status of 400');
      if (message.type() === 'error' && !isStatus) wrong.push(message.text());
    });
    await page.goto(url);
    const result = await use(page);
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
    return result;
  });
}

async function inContext<T>(options: BrowserContextOptions, use: (page: Page) => Promise<T>): Promise<T> {
  // Chromium's sandbox does not start as root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  browser ??= chromium.launch({ executablePath: executable ?? '', args });
  const context = await (await browser).newContext(options);
  try {
    return await use(await context.newPage());
  } finally {
    await context.close();
  }
}

/**
 * What axe-core finds in the page as it is now: a rule, and the elements that break it.
 * @param within a selector: only what is in its element is looked at
 */
export async function violationsIn(page: Page, within?: string): Promise<string[]> {
  const builder = new AxeBuilder({ page });
  const { violations } = await (within === undefined ? builder : builder.include(within)).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('; ')}`);
}
