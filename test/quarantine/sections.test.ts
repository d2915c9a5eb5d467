// What puts rows back is what the committed migrations have, with another schema in its code and nowhere else.
import { expect, test } from '@jest/globals';
import { restore } from '../../spec/legacy/restore.ts';
import { committedFrom, readCommitted } from '../../src/migrations/committed.ts';
import { carrySections } from '../../src/quarantine/sections.ts';

const SETTINGS = { ...restore, sections: ['carry/a.sql'] };
const migration = (...sections: string[]) =>
  committedFrom(
    '000001-x.sql',
    sections.map((text) => `--! Included carry/a.sql\n${text}\n--! EndIncluded carry/a.sql\n`).join(''),
  );

test('a section is found whatever dollar tag it has, and only its code names the schema that stands in', async () => {
  const section = (schema: string): string =>
    `do $any$ begin insert into public.a select id, 'legacy.a' from ${schema} . "a" legacy where legacy.id > 0; end $any$; -- legacy.a\n`;
  expect(await carrySections([migration(section('legacy').trimEnd())], SETTINGS)).toEqual([section('"restoring"')]);
});

test('a section that is missing, there twice, or executes a text that names the old schema, is refused by name', async () => {
  const put = (...sections: string[]) => carrySections([migration(...sections)], SETTINGS);
  await expect(put()).rejects.toThrow(
    'No committed migration includes carry/a.sql, which legacy.restore.sections names',
  );
  await expect(put('select 1;', 'select 2;')).rejects.toThrow('2 committed migrations include carry/a.sql');
  await expect(put(`do $$ begin execute 'select from legacy.a'; end $$;`)).rejects.toThrow(
    "carry/a.sql can't restore rows: It executes a text that names legacy.a",
  );
});

test('every section of this repository is there', async () => {
  const texts = await carrySections(await readCommitted(), restore);
  expect(texts).toHaveLength(restore.sections.length);
  expect(texts.every((text) => text.includes('"restoring".'))).toBe(true);
});
