/** A column of a relation. */
export interface Column {
  readonly name: string;
  /** The name, quoted where SQL needs it. */
  readonly sql: string;
  /** The type with its modifiers, as in `character varying(20)`; with its schema where that is not PostgreSQL's own. */
  readonly type: string;
  /** The same without modifiers. */
  readonly typeName: string;
  /** Whether it is a string type, or a domain over one. */
  readonly isText: boolean;
  /** Whether its type has a hash function and its collation, if any, compares byte by byte. */
  readonly hashable: boolean;
  /** The collation, qualified; null for a type without one. */
  readonly collation: string | null;
  /** Whether that collation is the one of its type. */
  readonly defaultCollation: boolean;
  readonly notNull: boolean;
  /** Whether the rows that were there before NOT NULL are known to keep it; PostgreSQL 18 can leave them unexamined. */
  readonly notNullValidated: boolean;
  /** Whether the server fills it when an insert leaves it out. */
  readonly hasDefault: boolean;
  /** The expression of its default; of a generated column, the expression that it is generated from. */
  readonly default: string | null;
  readonly identity: 'always' | 'by default' | null;
  /** How a generated column is kept; null when it is none. */
  readonly generation: 'stored' | 'virtual' | null;
  /** Whether no statement may give it a value: generated always, or an identity that is always. */
  readonly generated: boolean;
  /** Whether it comes from a parent table alone. */
  readonly inherited: boolean;
  /** How long values are stored, such as `external`, where that is not what its type does. */
  readonly storage: string | null;
  /** The compression of long values, such as `lz4`, where it is set. */
  readonly compression: string | null;
  /** How much ANALYZE keeps of it, where that is set. */
  readonly statisticsTarget: number | null;
  /** Options as they were given, such as `n_distinct=5`, without those that the server keeps for itself (`pg_…`); of a column of a foreign table, those of its wrapper too. */
  readonly options: readonly string[];
  /** The labels in their order, when its type is an enum. */
  readonly labels: readonly string[] | null;
  /**
   * The column that it references in a foreign key of this one column: the relation, quoted where SQL needs it, and the
   * column's name. Null when it is in no such key.
   */
  readonly references: { readonly relation: string; readonly column: string } | null;
  readonly comment: string | null;
}

/**
 * SQL of a query that gives the columns of relations, as “relation” and “columns”: JSON with the fields of Column, in order.
 * @param relations a common table expression with the ids of the relations in “oid”
 */
export const columnsOf = (relations: string): string => `
  select a.attrelid as relation,
         json_agg(json_build_object(
           'name', a.attname,
           'sql', quote_ident(a.attname),
           'type', format_type(a.atttypid, a.atttypmod),
           'typeName', format_type(a.atttypid, null),
           'isText', y.typcategory = 'S',
           'hashable', h.opcintype is not null and coalesce(l.collisdeterministic, true),
           'collation', case when a.attcollation <> 0 then a.attcollation::regcollation::text end,
           'defaultCollation', a.attcollation = y.typcollation,
           'notNull', a.attnotnull,
           'notNullValidated', not exists (select from pg_constraint v where v.conrelid = a.attrelid and v.contype = 'n' and v.conkey = array[a.attnum] and not v.convalidated),
           'hasDefault', a.atthasdef or a.attidentity <> '',
           'default', pg_get_expr(d.adbin, d.adrelid),
           'identity', case a.attidentity when 'a' then 'always' when 'd' then 'by default' end,
           'generation', case a.attgenerated when 's' then 'stored' when 'v' then 'virtual' end,
           'generated', a.attgenerated <> '' or a.attidentity = 'a',
           'inherited', a.attinhcount > 0 and not a.attislocal,
           'storage', case when a.attstorage <> y.typstorage
                           then case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'x' then 'extended' else 'main' end end,
           'compression', case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end,
           'statisticsTarget', nullif(a.attstattarget, -1),
           'options', array(select o from unnest(coalesce(a.attoptions, '{}') || coalesce(a.attfdwoptions, '{}')) o where o !~ '^pg_'),
           'labels', e.labels,
           'references', f.reference,
           'comment', col_description(a.attrelid, a.attnum)) order by a.attnum) as columns
    from ${relations} own
    join pg_attribute a on a.attrelid = own.oid and a.attnum > 0 and not a.attisdropped
    join pg_type y on y.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    left join pg_collation l on l.oid = a.attcollation
    left join (select enumtypid, json_agg(enumlabel order by enumsortorder) as labels from pg_enum group by enumtypid) e on e.enumtypid = y.oid
    left join (select o.opcintype from pg_opclass o join pg_am m on m.oid = o.opcmethod where m.amname = 'hash' and o.opcdefault) h
      on h.opcintype = a.atttypid
    left join (select distinct on (k.conrelid, k.conkey) k.conrelid, k.conkey[1] as attnum,
                      json_build_object('relation', format('%I.%I', rn.nspname, r.relname), 'column', ra.attname) as reference
                 from pg_constraint k
                 join pg_class r on r.oid = k.confrelid join pg_namespace rn on rn.oid = r.relnamespace
                 join pg_attribute ra on ra.attrelid = r.oid and ra.attnum = k.confkey[1]
                where k.contype = 'f' and cardinality(k.conkey) = 1
                order by k.conrelid, k.conkey, k.conname) f on f.conrelid = a.attrelid and f.attnum = a.attnum
   group by a.attrelid`;
