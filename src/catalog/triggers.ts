import type pg from 'pg';
import { bySchema, type CatalogScope, inScope, notExtensionMember, readRows } from './scope.ts';

export interface Trigger {
  readonly name: string;
  /** The name, quoted where SQL needs it. */
  readonly sql: string;
  /** The id of its relation. */
  readonly table: string;
  /** The same, quoted where SQL needs it. */
  readonly tableSql: string;
  /** `schema.function`. */
  readonly function: string;
  /** The text of the function; of one in C, its symbol. */
  readonly functionSource: string;
  /** When it fires: in ordinary sessions, in those that replay a replication too (`always`), only in those, or never. */
  readonly enabled: 'origin' | 'always' | 'replica' | 'disabled';
  readonly timing: 'before' | 'after' | 'instead of';
  readonly events: readonly ('insert' | 'update' | 'delete' | 'truncate')[];
  readonly forEach: 'row' | 'statement';
  /** The columns of `update of`; none when it fires for any. */
  readonly columns: readonly string[];
  /** The arguments that it passes to its function. */
  readonly arguments: readonly string[];
  /** Whether the server made it, for a constraint or a partition. */
  readonly internal: boolean;
  /** The constraint that it enforces, and the id of the table of that. */
  readonly constraint: string | null;
  readonly constraintTable: string | null;
  /** Whether it is the trigger of a partitioned table, on one of its partitions. */
  readonly inherited: boolean;
  /** As pg_get_triggerdef() writes it. */
  readonly definition: string;
  readonly comment: string | null;
}

// The bits of tgtype: 1 for each row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate, 64 instead of.
const query = (scope: CatalogScope): string => `
  select t.tgname as name, quote_ident(t.tgname) as sql, n.nspname || '.' || c.relname as "table", format('%I.%I', n.nspname, c.relname) as "tableSql", fn.nspname || '.' || f.proname as function,
         f.prosrc as "functionSource",
         case t.tgenabled when 'O' then 'origin' when 'A' then 'always' when 'R' then 'replica' else 'disabled' end as enabled,
         case when t.tgtype & 64 <> 0 then 'instead of' when t.tgtype & 2 <> 0 then 'before' else 'after' end as timing,
         array(select e.event from (values (4, 'insert'), (8, 'delete'), (16, 'update'), (32, 'truncate')) e (bit, event)
                where t.tgtype & e.bit <> 0 order by e.bit) as events,
         case when t.tgtype & 1 <> 0 then 'row' else 'statement' end as "forEach",
         array(select a.attname::text from unnest(t.tgattr::int2[]) with ordinality u (attnum, position)
                 join pg_attribute a on a.attrelid = c.oid and a.attnum = u.attnum order by u.position) as columns,
         encode(t.tgargs, 'hex') as arguments, t.tgisinternal as internal, k.conname as "constraint",
         kn.nspname || '.' || kc.relname as "constraintTable", t.tgparentid <> 0 as inherited,
         pg_get_triggerdef(t.oid) as definition, obj_description(t.oid, 'pg_trigger') as comment
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_proc f on f.oid = t.tgfoid join pg_namespace fn on fn.oid = f.pronamespace
    left join pg_constraint k on k.oid = t.tgconstraint
    left join pg_class kc on kc.oid = k.conrelid left join pg_namespace kn on kn.oid = kc.relnamespace
   where ${inScope(scope, 'n.nspname')} and ${notExtensionMember('pg_class', 'c.oid')}
   order by ${bySchema(scope, 'n.nspname')}, c.relname collate "C", t.tgname collate "C"`;

type TriggerRow = Omit<Trigger, 'arguments'> & { readonly arguments: string };

/** Reads the triggers of every relation of a scope, those that the server made too, by relation and then by name. */
export async function readTriggers(client: pg.Client, scope: CatalogScope): Promise<readonly Trigger[]> {
  const rows = await readRows<TriggerRow>(client, query(scope));
  return rows.map((row) => ({ ...row, arguments: argumentsIn(row.arguments) }));
}

/** pg_trigger has the arguments as bytes, each with a zero at its end. */
const argumentsIn = (hex: string): string[] => Buffer.from(hex, 'hex').toString().split('\0').slice(0, -1);
