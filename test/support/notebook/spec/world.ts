import type { WorldRow } from '../../../../src/index.ts';

export const people = {
  owner: '00000000-0000-4000-8000-00000000aaa1',
  stranger: '00000000-0000-4000-8000-00000000aaa2',
  moderator: '00000000-0000-4000-8000-00000000aaa3',
} as const;

const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

export const world: readonly WorldRow[] = [
  ...Object.entries(people).map(([name, userId]) => ({
    table: 'auth.users',
    values: { id: userId, email: `${name}@example.com` },
  })),
  {
    table: 'public.plans',
    row: 'any',
    values: { id: id(41), code: 'world' },
    insert: { code: 'new' },
    update: { code: 'x' },
  },
  {
    table: 'public.notes',
    row: "owner's",
    values: { id: id(61), user_id: people.owner, body: 'a note' },
    insert: { user_id: people.owner, body: 'new' },
    update: { body: 'other' },
  },
  { table: 'public.notes', values: { id: id(62), user_id: people.stranger, body: 'of somebody else' } },
  { table: 'legacy.notes', row: 'any', values: { id: id(71) }, insert: { id: id(72) }, update: { content: 'other' } },
  {
    table: 'private.quarantined_rows',
    row: 'any',
    values: { id: id(81), source_table: 'legacy.notes', reason: 'because', row_data: {} },
    insert: { source_table: 'legacy.notes', reason: 'because', row_data: {} },
    update: { reason: 'other' },
  },
];
