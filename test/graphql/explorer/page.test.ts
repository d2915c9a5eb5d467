// In a browser: GraphiQL as one persona and then as another, without anything from another host.
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { inBrowser, violationsIn, withAddress } from '../../support/browser.ts';
import { within } from '../../support/time-limits.ts';
import { type Served, served } from './served.ts';

let explorer: Served;
beforeAll(async () => {
  explorer = await served();
});
afterAll(() => explorer?.stop());

const QUERY = '{ notes { nodes { title } } }';

/** Types a query, as a person does. */
async function write(page: Page, query: string): Promise<void> {
  await page.locator('.graphiql-query-editor .monaco-editor').first().click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(query);
}

const answerOf = (page: Page): Promise<string | null> => page.locator('.graphiql-response').textContent();

/** The text of an element without the spaces that an editor draws it with. */
const plain = (text: string | null): string => (text ?? '').replaceAll(/\s+/g, '');

inBrowser(
  'the persona is switched in the page: schema and rows change, the query stays, and an old answer is told',
  () =>
    withAddress(explorer.url, async (page) => {
      page.setDefaultTimeout(within(30));
      await page.locator('.graphiql-query-editor .monaco-editor').first().waitFor();
      await write(page, QUERY);
      await page.keyboard.press('ControlOrMeta+Enter');
      await page.getByText('"my note"').waitFor();

      const schema = page.waitForResponse((response) => response.url().endsWith('/graphql'));
      await page.getByLabel('Persona').selectOption('you & <yours>');
      expect((await (await schema).json()).extensions.persona).toBe('you & <yours>');
      expect(await page.getByRole('status').first().textContent()).toBe('This is the answer to me: run it again.');
      expect(page.url()).toContain('?as=you%20%26%20%3Cyours%3E');
      expect(plain(await page.locator('.graphiql-query-editor .view-lines').textContent())).toBe(plain(QUERY));

      await page.getByRole('button', { name: 'Execute query' }).click();
      await page.getByText('"your note"').waitFor();
      expect(await answerOf(page)).not.toContain('my note');
      expect(await page.locator('#whose').textContent()).toBe('');

      await page.getByLabel('Persona').selectOption('visitor');
      await page.getByRole('button', { name: 'Execute query' }).click();
      await page.getByText('Cannot query field', { exact: false }).first().waitFor();

      await page.reload();
      expect(await page.getByLabel('Persona').inputValue()).toBe('visitor');
    }),
);

for (const colorScheme of ['light', 'dark'] as const) {
  inBrowser(`the line above GraphiQL can be used without a mouse and with a screen reader (${colorScheme})`, () =>
    withAddress(
      explorer.url,
      async (page) => {
        await page
          .locator('.graphiql-query-editor .monaco-editor')
          .first()
          .waitFor({ timeout: within(30) });
        expect(await violationsIn(page, 'header')).toEqual([]);
        await page.keyboard.press('Tab');
        expect(await page.evaluate('document.activeElement.id')).toBe('persona');
        expect(await page.evaluate('document.documentElement.scrollHeight <= innerHeight')).toBe(true);
      },
      { colorScheme, viewport: { width: 500, height: 700 } },
    ),
  );
}
