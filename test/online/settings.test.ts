import { expect, test } from '@jest/globals';
import { online } from '../../spec/online.ts';
import { mustBeSql } from '../../src/online/fragments.ts';
import { type OnlinePlan, onlineMistakes, onlineSettings } from '../../src/online/settings.ts';

const [first] = online.targets;
const mistakes = (change: Partial<OnlinePlan>): string[] => [...onlineMistakes({ ...online, ...change })];

test('the plan of this repository has every key that is asked for, holds together, and its texts are SQL', async () => {
  expect(onlineSettings.safeParse(online).error?.issues).toBeUndefined();
  expect(mistakes({})).toEqual([]);
  await mustBeSql(online);
});

test.each<[string, object, string]>([
  ['a table without schema', { moves: 'legacy_moves' }, 'moves: must be written schema.table'],
  [
    'a target without schema',
    { targets: [{ ...first, table: 'videos' }] },
    'targets.0.table: must be written schema.table',
  ],
  ['a key that nobody reads', { moved: 'x' }, 'Unrecognized key: "moved"'],
  [
    'a section that is no file',
    { sections: { ...online.sections, move: 'move' } },
    'sections.move: must be a file below the fixtures',
  ],
  ['nothing that carries', { sections: { ...online.sections, carry: [] } }, 'sections.carry'],
])('%s is refused where it stands', (_, change, message) => {
  const { error } = onlineSettings.safeParse({ ...online, ...change });
  expect(error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n')).toContain(message);
});

test.each<[string, Partial<OnlinePlan>, string]>([
  ['a schema that the migrations do not fill', { legacy: 'old' }, 'legacy: schema old is not among `schemas`'],
  [
    'a target in another schema',
    { targets: [{ table: 'x.y', scope: 'true' }] },
    'targets.0: schema x is not among `schemas`',
  ],
  [
    'an index in another schema',
    { indexParameters: { 'x.y': 'select 1' } },
    'indexParameters.x.y: schema x is not among `schemas`',
  ],
  [
    'a unit that there is not',
    { tables: { videos: { scope: 'true', quarantineScope: 'true', tracked: [{ unit: 'film', column: 'id' }] } } },
    'tables.videos.tracked: film is not among `units`',
  ],
  ['a target twice', { moves: online.targets[0]?.table ?? '' }, `targets: ${first?.table} is named twice`],
  [
    'a section in two parts of the move',
    { sections: { ...online.sections, tools: ['carry/videos.sql'] } },
    'sections: carry/videos.sql is named twice',
  ],
  ['a column that nothing recounts', { recount: [] }, 'targets: public.channels has columns that `recount` fills'],
])('%s contradicts the rest', (_, change, message) => {
  expect(mistakes(change).join('\n')).toContain(`online.${message}`);
});

test.each<[string, Partial<OnlinePlan>]>([
  ['recount.0', { recount: ['update where'] }],
  ['targets.0.scope', { targets: [{ table: 'public.a', scope: 't.id in (' }] }],
  ['units.film.keys', { units: { film: { keys: 'selec 1' } } }],
])('a text that is not SQL is refused with its path: %s', async (path, change) => {
  await expect(mustBeSql({ ...online, ...change })).rejects.toThrow(`online.${path} is not SQL: syntax error`);
});
