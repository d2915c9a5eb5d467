export const access = {
  'public.notes': { owner: { anon: '—', owner: 'S I U D', stranger: '—' } },
  'public.tags': { any: { anon: 'S', owner: 'S', stranger: 'S' } },
};

export const functions = { 'public.count_tags()': 'owner, stranger' };

export const world = [
  {
    table: 'public.notes',
    row: 'owner',
    values: { id: 1, owner: 'ada', body: 'one' },
    insert: { id: 2, owner: 'ada', body: 'new' },
    update: { body: 'two' },
  },
  {
    table: 'public.tags',
    row: 'any',
    values: { id: 1, name: 'red' },
    insert: { id: 2, name: 'new' },
    update: { name: 'blue' },
  },
];
