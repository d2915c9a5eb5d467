import type pg from 'pg';
import { access } from './spec/access.ts';
import { people, world } from './spec/world.ts';

const as = (person: keyof typeof people, role = 'authenticated') => ({
  role,
  settings: { 'request.jwt.claims': JSON.stringify({ sub: people[person], role }) },
});

/** A small project with all that a large one has: tests of commands have it, where it does not matter which tables there are. */
export default {
  name: 'Notebook',
  database: { name: 'notebook', folder: '.rolecall', extensions: [] },
  api: ['public'],
  ruled: { schemas: ['public', 'private'], private: 'private', exempt: [] },
  proven: ['public', 'private', 'legacy'],
  roles: ['anon', 'authenticated', 'service_role'],
  personas: {
    anon: { role: 'anon' },
    owner: as('owner'),
    stranger: as('stranger'),
    moderator: as('moderator'),
    service: { role: 'service_role' },
  },
  access,
  functions: {},
  known: {
    'role service_role bypassrls': 'As on the hosted service.',
    'function auth.jwt()': 'It reads the claims of who asks.',
    'function auth.role()': 'It reads the claims of who asks.',
    'function auth.uid()': 'It reads the claims of who asks.',
  },
  world,
  queries: {
    folder: 'spec/queries',
    sizes: {
      'auth.users': { rows: 100_000 },
      'public.plans': { rows: 2, fixed: true },
      'public.notes': { rows: 5_000_000, columns: { created_at: { distinct: 5_000_000, range: { days: [-730, 0] } } } },
      'legacy.notes': { rows: 5_000_000 },
      'private.quarantined_rows': { rows: 100 },
    },
    planner: 18,
    schemas: ['public'],
    exempt: [],
  },
  legacy: {
    schema: ['committed/000001-legacy-baseline.sql'],
    load: async (client: pg.Client) => {
      await client.query(`
        insert into auth.users (id, email) select gen_random_uuid(), n || '@example.com' from generate_series(1, 5) n;
        insert into public.notes (id, author, content) select gen_random_uuid(), id, ' a note ' from auth.users;
        insert into public.notes (id, author, content) values (gen_random_uuid(), gen_random_uuid(), 'of nobody')`);
    },
    mapping: {
      notes: {
        source: 'legacy.notes',
        target: 'public.notes',
        columns: {
          id: { target: 't.id' },
          author: { target: 't.user_id' },
          content: { target: 't.body', rule: { name: 'trimmed', sql: 'btrim(o.content)' } },
        },
      },
    },
    quarantine: { relation: 'private.quarantined_rows' },
    sourceSchema: 'public',
  },
  mutants: {
    equivalent: {
      'primary-key-dropped legacy.*': 'No client role may enter schema legacy.',
    },
  },
  supabase: { migrations: 'supabase/migrations' },
  layout: {
    declared: { access: 'spec/access.ts', world: 'spec/world.ts', queries: 'spec/queries' },
    watched: ['spec'],
    run: 'npm run',
  },
  snapshots: 'snapshots',
  types: 'types/database.ts',
  formatTypes: ['node_modules/.bin/biome', 'format', '--vcs-enabled=false', '--stdin-file-path=types/database.ts'],
};
