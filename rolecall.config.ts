import { access, dependencies, effects, functions } from './spec/access.ts';
import { calls } from './spec/calls.ts';
import { embeddings } from './spec/embeddings.ts';
import { known } from './spec/known.ts';
import { legacy } from './spec/legacy/columns.ts';
import { errors, expectedNewRows, host, optional, sourceSchema } from './spec/legacy/environment.ts';
import { loadLegacy } from './spec/legacy/load.ts';
import { restore } from './spec/legacy/restore.ts';
import { workload } from './spec/legacy/workload.ts';
import { mutants } from './spec/mutants.ts';
import { online } from './spec/online.ts';
import { claimsOf } from './spec/people.ts';
import { exempt, sizes } from './spec/queries/sizes.ts';
import { distribution } from './spec/scale.ts';
import { world } from './spec/world.ts';
import { defineConfig } from './src/index.ts';

export default defineConfig({
  name: 'ChannelChat',
  database: { name: 'channelchat', folder: '.rolecall', extensions: ['vector'] },
  api: ['public'],
  ruled: {
    schemas: ['public', 'private', 'legacy_api'],
    // Clients reach it, but it is for those that know no GraphQL (docs/legacy-api.md).
    offered: ['legacy_api'],
    private: 'private',
    postgrest: { schemas: ['public', 'legacy_api'], embeddings },
    exempt: [
      {
        check: 'function-volatility',
        object: 'private.display_name_of(jsonb,text)',
        reason:
          'to_jsonb() is stable for what a setting formats, such as a timestamp; of a text it depends on nothing else',
      },
    ],
  },
  proven: ['public', 'private', 'legacy', 'legacy_api'],
  roles: ['anon', 'authenticated', 'service_role'],
  personas: {
    anon: { role: 'anon', settings: { 'request.jwt.claims': JSON.stringify({ role: 'anon' }) } },
    owner: { role: 'authenticated', settings: claimsOf('owner') },
    stranger: { role: 'authenticated', settings: claimsOf('stranger') },
    moderator: { role: 'authenticated', settings: claimsOf('moderator') },
    admin: { role: 'authenticated', settings: claimsOf('admin') },
    service: { role: 'service_role', settings: { 'request.jwt.claims': JSON.stringify({ role: 'service_role' }) } },
  },
  access,
  functions,
  calls,
  dependencies,
  effects,
  known,
  world,
  queries: {
    folder: 'spec/queries',
    sizes,
    planner: 18,
    schemas: ['public', 'private'],
    exempt,
    caller: (id) => ({ 'request.jwt.claims': JSON.stringify({ sub: id, role: 'authenticated' }) }),
  },
  legacy: {
    schema: ['committed/000001-legacy-baseline.sql'],
    load: (client) => loadLegacy(client, { seed: 1, size: 'small' }),
    mapping: legacy,
    quarantine: { relation: 'private.quarantined_rows', waiting: 'restored_at is null' },
    notes: 'private.migration_notes',
    wayBack: { conditions: 'online/way-back.sql', script: 'online/back.sql' },
    restore,
    sourceSchema,
    expectedNewRows,
    errors,
    optional,
    host,
    workload,
  },
  invariants: { folder: 'spec/invariants' },
  mutants,
  online,
  distribution,
  supabase: { migrations: 'supabase/migrations' },
  layout: {
    declared: {
      access: 'spec/access.ts',
      functions: 'spec/access.ts',
      dependencies: 'spec/access.ts',
      effects: 'spec/access.ts',
      privileges: 'spec/access.ts',
      calls: 'spec/calls.ts',
      'ruled.postgrest.embeddings': 'spec/embeddings.ts',
      known: 'spec/known.ts',
      world: 'spec/world.ts',
      queries: 'spec/queries',
      'queries.sizes': 'spec/queries/sizes.ts',
      'legacy.mapping': 'spec/legacy',
      'mutants.equivalent': 'spec/mutants/equivalent.ts',
      'mutants.killedBy': 'spec/mutants/killed-by.ts',
    },
    watched: ['spec'],
    run: 'npm run',
  },
  snapshots: 'snapshots',
  types: 'types/database.ts',
  formatTypes: [
    'node_modules/.bin/biome',
    'format',
    // A copy of the project need not be a repository.
    '--vcs-enabled=false',
    '--stdin-file-path=types/database.ts',
  ],
});
