import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { asRoot, thorough } from '../support/databases.ts';
import { freshProject, type Project } from '../support/project.ts';
import { folder, hostedDump, plainDump } from './support.ts';

let project: Project;
let files: Awaited<ReturnType<typeof folder>>;

beforeAll(async () => {
  project = await freshProject();
  files = await folder();
});

afterAll(async () => {
  await project.remove();
  await files.remove();
});

/** The databases that rehearsals of this project left behind. */
async function leftovers(): Promise<string[]> {
  const name = new URL(project.url).pathname.slice(1);
  const { rows } = await asRoot((root) =>
    root.query<{ name: string }>(
      `select datname::text as name from pg_database where starts_with(datname::text, $1) and datname::text like '%rehearsal%'`,
      [name],
    ),
  );
  return rows.map((row) => row.name);
}

/** A column of somebody's own. */
const byHand = { last: 'ALTER TABLE public.channels ADD COLUMN by_hand text;' };

test('a plain dump, zipped: every value is accounted for, a page is written with what was decided, and the copy is gone', async () => {
  const from = await files.file('legacy.sql.gz', gzipSync(await plainDump(byHand)));
  const page = files.path('report.html');
  const { code, output } = await project.rolecall(['rehearse', '--from', from, '--html', page, '--no-locks']);
  expect(output).toMatch(/ChannelChat holds\. Every row and every value is accounted for\.\n$/);
  expect(output).toMatch(
    /Undeclared objects, and what the migrations did\n {2}Not known here: its values are kept.*\n {4}column legacy\.channels\.by_hand\n/,
  );
  expect(code).toBe(0);
  expect(await leftovers()).toEqual([]);
  const written = await readFile(page, 'utf8');
  expect(written).toMatch(/^<!doctype html>[\s\S]*Every row and every value is accounted for/);
  expect(written).toContain('<li>column legacy.channels.by_hand</li>');
});

thorough(
  'as JSON: the counts of every column add up to the rows, and the checksums before and after are equal',
  async () => {
    const from = await files.file('legacy.sql', await plainDump(byHand));
    const { code, output } = await project.rolecall(['rehearse', '--from', from, '--format', 'json', '--no-locks']);
    expect(code).toBe(0);
    const { accounts, measured, notes } = JSON.parse(output) as {
      notes: unknown[];
      accounts: { table: string; in: number; columns: Record<string, number>[] }[];
      measured: { name: string; measure: { rows: number } }[];
    };
    expect(notes).toMatchObject([{ subjects: ['column legacy.channels.by_hand'] }]);
    expect(accounts.reduce((sum, table) => sum + table.in, 0)).toBeGreaterThan(50);
    for (const { table, in: rows, columns } of accounts) {
      expect(measured.find(({ name }) => name === table)?.measure.rows ?? 0).toBe(rows);
      for (const column of columns) {
        const { unchanged = 0, changed = 0, setAside = 0, nulls = 0, altered, lost } = column;
        expect({ table, column: column.column, sum: unchanged + changed + setAside + nulls, altered, lost }).toEqual({
          ...{ table, column: column.column, sum: rows, altered: 0, lost: 0 },
        });
        const sums = column.checksums as unknown as { before: string; after: string } | null;
        expect(sums?.after).toBe(sums?.before);
      }
    }
  },
);

thorough(
  'a dump of a hosted database: what its host put there is left out and listed, and all of our rows are copied',
  async () => {
    const from = await files.file('hosted.sql', await hostedDump());
    const { code, output } = await project.rolecall(['rehearse', '--from', from, '--format', 'json', '--no-locks']);
    const { leftOut, compared, accounts, findings } = JSON.parse(output) as {
      leftOut: { what: string; why: string }[];
      compared: { before: string; after: string; rows: number; columns: { before: string }[] }[];
      accounts: { table: string; newRows: Record<string, number> }[];
      findings: object;
    };
    expect(findings).toEqual({ deviations: [], notEvaluated: [] });
    expect(code).toBe(0);
    const why = (what: RegExp) => leftOut.filter((each) => what.test(each.what)).map((each) => each.why);
    expect(why(/storage|realtime|auth\.sessions/)).toEqual(expect.arrayContaining(['its host’s schema storage']));
    expect(why(/event trigger/i)).toEqual(['an event trigger']);
    expect(why(/publication/i)).toEqual(['replication', 'replication']);
    expect(why(/some_contractor/)).toEqual(
      Array(2).fill(expect.stringMatching(/role "some_contractor" does not exist/)),
    );
    expect(why(/no_such_extension/)).toEqual([expect.stringMatching(/not available|could not open extension/)]);
    expect(why(/on_auth_user_created|handle_new_user|answer/)).toEqual([]);
    expect(compared.map(({ before }) => before)).not.toContain('storage.objects');
    expect(compared).toContainEqual(expect.objectContaining({ before: 'public.hand_made', rows: 2 }));
    const users = compared.find(({ before }) => before === 'auth.users');
    expect(users).toMatchObject({ after: 'auth.users', rows: 4 });
    expect(users?.columns.map(({ before }) => before)).toEqual(expect.arrayContaining(['assurance', 'is_sso_user']));
    expect(accounts.find(({ table }) => table === 'profiles')?.newRows).toEqual({ 'as-a-new-account': 4 });
  },
);

thorough('Ctrl-C in the middle leaves no copy behind; --keep does, migrated, and says where', async () => {
  const from = await files.file('kept.sql', await plainDump());
  const running = project.begin(['rehearse', '--from', from, '--no-locks']);
  await running.until(/❯ Migrate the copy/);
  running.interrupt();
  expect((await running.finished).code).toBe(130);
  expect(await leftovers()).toEqual([]);

  const { code, output } = await project.rolecall(['rehearse', '--from', from, '--no-locks', '--keep']);
  expect(code).toBe(0);
  const [kept = ''] = await leftovers();
  expect(output).toMatch(new RegExp(`the copy stays +postgres://\\S+/${kept}\\n`));
  await asRoot((root) => root.query(`drop database "${kept}" with (force)`));
});

thorough('a value that the migration alters is named, row by row, and the page begins with it', async () => {
  const careless = await freshProject();
  const settings = await readFile(`${careless.folder}/.gmrc`, 'utf8');
  const careful = '"afterAllMigrations": [';
  await writeFile(`${careless.folder}/.gmrc`, settings.replace(careful, `${careful}"hooks/careless.sql", `));
  const sql = 'update public.error_logs set message = upper(message);';
  await writeFile(`${careless.folder}/migrations/hooks/careless.sql`, sql);
  const from = await files.file('altered.sql', await plainDump());
  const page = files.path('altered.html');
  const { code, output } = await careless.rolecall(['rehearse', '--from', from, '--no-locks', '--html', page]);
  await careless.remove();
  expect(code).toBe(1);
  expect(output).toMatch(
    /✗ error_logs\.error_message legacy rows\n {4}expected {2}the value unchanged\n {4}seen {6}4 altered/,
  );
  expect(output).toMatch(
    /select \* from legacy\.error_logs where id = '[0-9a-f-]{36}'; -- before: ".*"; after: "[^a-z]*"\n/,
  );
  const html = await readFile(page, 'utf8');
  expect(html.indexOf('<h2 id="differences">')).toBeGreaterThan(0);
  expect(html.indexOf('<h2 id="differences">')).toBeLessThan(html.indexOf('<h2 id="part0">'));
});
