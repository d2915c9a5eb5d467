import { nodesOfType, stringOf } from '../../sql/tree.ts';
import type { HostedStatement } from './rule.ts';

/**
 * Settings that only a superuser may change, as pg_settings has them (context superuser and superuser-backend) in
 * PostgreSQL 15 to 18, without those that Supabase lets `postgres` change.
 */
const OF_SUPERUSERS = new Set([
  'allow_in_place_tablespaces',
  'allow_system_table_mods',
  'backtrace_functions',
  'commit_delay',
  'compute_query_id',
  'deadlock_timeout',
  'debug_discard_caches',
  'dynamic_library_path',
  'ignore_checksum_failure',
  'jit_debugging_support',
  'jit_dump_bitcode',
  'jit_profiling_support',
  'lc_messages',
  'lo_compat_privileges',
  'log_connections',
  'log_disconnections',
  'log_duration',
  'log_error_verbosity',
  'log_executor_stats',
  'log_min_duration_sample',
  'log_min_error_statement',
  'log_parameter_max_length',
  'log_parser_stats',
  'log_planner_stats',
  'log_statement_sample_rate',
  'log_statement_stats',
  'log_transaction_sample_rate',
  'max_stack_depth',
  'session_preload_libraries',
  'temp_file_limit',
  'track_activities',
  'track_counts',
  'track_wal_io_timing',
  'update_process_title',
  'wal_consistency_checking',
  'wal_init_zero',
  'wal_recycle',
  'zero_damaged_pages',
]);

/** The settings of superusers that a statement changes: by SET, of a role, database or function, or by set_config(). */
export function settingsSet(tree: HostedStatement['tree']): string[] {
  const set = [...nodesOfType(tree, 'VariableSetStmt'), ...inner(tree)].map(({ name }) => name);
  const configured = [...nodesOfType(tree, 'FuncCall')].flatMap(({ funcname, args }) => {
    if (stringOf((funcname as readonly unknown[]).at(-1)) !== 'set_config') return [];
    const [first] = (args ?? []) as readonly { A_Const?: { sval?: { sval?: string } } }[];
    return first?.A_Const?.sval?.sval ?? [];
  });
  return [...set, ...configured].map((name) => String(name).toLowerCase()).filter((name) => OF_SUPERUSERS.has(name));
}

/** ALTER ROLE and ALTER DATABASE have the SET without the name of its type. */
function inner(tree: HostedStatement['tree']): Readonly<Record<string, unknown>>[] {
  return ['AlterRoleSetStmt', 'AlterDatabaseSetStmt'].flatMap((type) => {
    const { setstmt } = (tree[type] ?? {}) as { setstmt?: Record<string, unknown> };
    return setstmt ? [setstmt] : [];
  });
}
