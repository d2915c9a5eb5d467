import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { reportHtml } from '../../../src/access/pages/html.ts';
import { inBrowser, violationsIn, withPage } from '../../support/browser.ts';
import { matrix } from './reports.ts';

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolecall-page-'));
  file = join(folder, 'matrix.html');
  await writeFile(file, reportHtml(matrix()));
});

afterAll(() => rm(folder, { recursive: true }));

test('the page needs nothing from outside, and escapes what it shows', () => {
  const page = reportHtml(matrix());
  expect(page).not.toMatch(/\b(src|href)="(?!#)|@import|url\(/);
  expect(page).toContain('select &#60;app.notes&#62; &#38; &#34;x&#34;;');
});

inBrowser(
  'a field opens with the keyboard to what was declared, the outcome and the statement, and Escape closes it',
  () =>
    withPage(file, async (page) => {
      const field = page.getByRole('button', {
        name: /^admin, app\.notes, owner's rows: select allowed, declared: denied/,
      });
      const dialog = page.getByRole('dialog', { name: "admin · app.notes · owner's rows" });
      expect(await dialog.isVisible()).toBe(false);
      await field.focus();
      await page.keyboard.press('Enter');
      expect(await dialog.isVisible()).toBe(true);
      const text = (await dialog.textContent()) ?? '';
      expect(text).toMatch(
        /select\s*Declared\s*denied\s*Outcome\s*allowed on every column\s*✗ declared: denied\s*select <app\.notes>/,
      );
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Close');
      await page.keyboard.press('Escape');
      expect(await dialog.isVisible()).toBe(false);
      expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toMatch(/^admin, app\.notes/);
    }),
);

inBrowser('the filter shows one table, or deviations only, and says how many rows it shows', () =>
  withPage(file, async (page) => {
    const rows = page.locator('table.heat tbody tr:not(.table):visible');
    const status = page.getByRole('status');
    expect(await rows.count()).toBe(2);
    await page.getByLabel('Table').selectOption('app.users');
    expect([await rows.count(), await status.textContent()]).toEqual([1, '1 of 2 rows']);
    await page.getByLabel('Table').selectOption('');
    await page.getByLabel('only deviations').check();
    expect([await rows.count(), await status.textContent()]).toEqual([1, '1 of 2 rows']);
  }),
);

inBrowser('without scripts everything is there, and a field opens all the same', () =>
  withPage(
    file,
    async (page) => {
      expect(await page.locator('form.filter').isVisible()).toBe(false);
      await page.locator('button.field').first().click();
      expect(await page.getByRole('dialog').isVisible()).toBe(true);
    },
    { javaScriptEnabled: false },
  ),
);

inBrowser(
  'axe finds nothing in light and dark, closed and open, and a phone scrolls nothing but the table',
  async () => {
    for (const colorScheme of ['light', 'dark'] as const)
      await withPage(
        file,
        async (page) => {
          expect(await violationsIn(page)).toEqual([]);
          await page.getByRole('button', { name: /^owner, app\.notes/ }).click();
          expect(await violationsIn(page)).toEqual([]);
        },
        { colorScheme },
      );
    await withPage(
      file,
      async (page) => {
        expect(await violationsIn(page)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
      },
      { viewport: { width: 360, height: 740 } },
    );
  },
);
