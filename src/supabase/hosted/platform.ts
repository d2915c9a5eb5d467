import { PLATFORM } from './targets.ts';

/** The objects that a project on Supabase has before the first migration, by name; Supabase's own programs and releases change it. */
export const PLATFORM_OBJECTS = {
  schemas: PLATFORM,
  /** The roles of requests. */
  callers: ['anon', 'authenticated', 'service_role'],
  /** The roles of Supabase's programs. */
  roles: [
    'authenticator',
    'cli_login_postgres',
    'dashboard_user',
    'pgbouncer',
    'supabase_admin',
    'supabase_auth_admin',
    'supabase_etl_admin',
    'supabase_functions_admin',
    'supabase_read_only_user',
    'supabase_realtime_admin',
    'supabase_replication_admin',
    'supabase_storage_admin',
  ],
  /** Those of them that no policy holds for. */
  beyond: {
    superuser: ['supabase_admin'],
    bypassrls: ['supabase_admin', 'supabase_etl_admin', 'supabase_read_only_user'],
  },
  /** Tables that the roles of requests may read without row level security. */
  open: [
    'realtime.schema_migrations',
    'realtime.subscription',
    'supabase_functions.hooks',
    'supabase_functions.migrations',
  ],
  /** Those that a new project begins with. */
  extensions: ['pg_graphql', 'pg_net', 'pg_stat_statements', 'pgcrypto', 'pgjwt', 'supabase_vault', 'uuid-ossp'],
  eventTriggers: [
    'issue_graphql_placeholder',
    'issue_pg_cron_access',
    'issue_pg_graphql_access',
    'issue_pg_net_access',
    'pgrst_ddl_watch',
    'pgrst_drop_watch',
  ],
  /** In schema extensions: what the event triggers call. */
  functions: [
    'grant_pg_cron_access',
    'grant_pg_graphql_access',
    'grant_pg_net_access',
    'pgrst_ddl_watch',
    'pgrst_drop_watch',
    'set_graphql_placeholder',
  ],
  publications: ['supabase_realtime', 'supabase_realtime_messages_publication'],
} as const;
