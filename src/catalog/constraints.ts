import type pg from 'pg';
import { bySchema, type CatalogScope, inScope, notExtensionMember, readRows } from './scope.ts';

interface ConstraintBase {
  readonly name: string;
  /** The name, quoted where SQL needs it. */
  readonly sql: string;
  /** The id of its table, `schema.name`. */
  readonly table: string;
  /** The same, quoted where SQL needs it. */
  readonly tableSql: string;
  /** The columns that it is about, in its order. */
  readonly columns: readonly string[];
  /** As pg_get_constraintdef() writes it. */
  readonly definition: string;
  /** Whether the rows that were there before it are known to keep it. */
  readonly validated: boolean;
  /** Whether it is enforced at all: PostgreSQL 18 can have one that is only written down. */
  readonly enforced: boolean;
  /** Whether it came with a parent: on a partition or a child of it, or to a partition. */
  readonly inherited: boolean;
  readonly deferrable: boolean;
  readonly initiallyDeferred: boolean;
  readonly comment: string | null;
}

/** A primary key, unique constraint or exclusion constraint. */
export interface Key extends ConstraintBase {
  readonly kind: 'primary key' | 'unique' | 'exclusion';
}

/** The action of a foreign key on its rows when the row that they reference is deleted or its key changes. */
export type ReferentialAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default';

export interface ForeignKey extends ConstraintBase {
  readonly kind: 'foreign key';
  /** The id of the table that it refers to. */
  readonly referenced: string;
  /** The same, quoted where SQL needs it. */
  readonly referencedSql: string;
  /** The columns there, in the order of `columns`. */
  readonly referencedColumns: readonly string[];
  /** The columns of the primary key there. */
  readonly referencedPrimaryKey: readonly string[];
  /** Whether all of its columns may be null only together. */
  readonly matchFull: boolean;
  readonly onDelete: ReferentialAction;
  readonly onUpdate: ReferentialAction;
  /** The columns that `on delete set null` or `set default` changes; none when it changes all. */
  readonly onDeleteColumns: readonly string[];
}

export interface CheckConstraint extends ConstraintBase {
  readonly kind: 'check';
}

/** A constraint of a table; NOT NULL is said by its column. */
export type Constraint = Key | ForeignKey | CheckConstraint;

const names = (relation: string, numbers: string): string => `
  array(select a.attname::text from unnest(${numbers}) with ordinality u (attnum, position)
          join pg_attribute a on a.attrelid = ${relation} and a.attnum = u.attnum order by u.position)`;

const action = (letter: string): string =>
  `case ${letter} when 'a' then 'no action' when 'r' then 'restrict' when 'c' then 'cascade' when 'n' then 'set null' when 'd' then 'set default' end`;

const query = (scope: CatalogScope): string => `
  select case k.contype when 'p' then 'primary key' when 'u' then 'unique' when 'x' then 'exclusion' when 'f' then 'foreign key' else 'check' end as kind,
         k.conname as name, quote_ident(k.conname) as sql, n.nspname || '.' || c.relname as "table", format('%I.%I', n.nspname, c.relname) as "tableSql",
         ${names('k.conrelid', 'k.conkey')} as columns, pg_get_constraintdef(k.oid) as definition,
         k.convalidated as validated, coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true) as enforced, k.conparentid <> 0 or (k.coninhcount > 0 and not k.conislocal) as inherited, k.condeferrable as deferrable, k.condeferred as "initiallyDeferred",
         obj_description(k.oid, 'pg_constraint') as comment,
         rn.nspname || '.' || r.relname as referenced, quote_ident(rn.nspname) || '.' || quote_ident(r.relname) as "referencedSql",
         ${names('k.confrelid', 'k.confkey')} as "referencedColumns",
         ${names('k.confrelid', 'p.conkey')} as "referencedPrimaryKey",
         k.confmatchtype = 'f' as "matchFull", ${action('k.confdeltype')} as "onDelete", ${action('k.confupdtype')} as "onUpdate", ${names('k.conrelid', 'k.confdelsetcols')} as "onDeleteColumns"
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    left join pg_class r on r.oid = k.confrelid left join pg_namespace rn on rn.oid = r.relnamespace
    left join pg_constraint p on p.conrelid = k.confrelid and p.contype = 'p' and k.contype = 'f'
   where k.contype in ('p', 'u', 'x', 'f', 'c') and ${inScope(scope, 'n.nspname')} and ${notExtensionMember('pg_class', 'c.oid')}
   order by ${bySchema(scope, 'n.nspname')}, c.relname collate "C", k.conname collate "C"`;

type ConstraintRow = Omit<Key, 'kind'> & Omit<ForeignKey, 'kind'> & { readonly kind: Constraint['kind'] };

/** Reads the constraints of every table of a scope, by table and then by name. */
export async function readConstraints(client: pg.Client, scope: CatalogScope): Promise<readonly Constraint[]> {
  return (await readRows<ConstraintRow>(client, query(scope))).map(asConstraint);
}

/** Only a foreign key refers to a table. */
function asConstraint(row: ConstraintRow): Constraint {
  if (row.kind === 'foreign key') return { ...row, kind: row.kind };
  const { referenced, referencedSql, referencedColumns, referencedPrimaryKey, ...rest } = row;
  const { matchFull, onDelete, onUpdate, onDeleteColumns, ...own } = rest;
  return { ...own, kind: row.kind };
}
