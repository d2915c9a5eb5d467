import type pg from 'pg';
import { isApplicationSchema, notExtensionMember, readRows } from './scope.ts';

/** An object of a kind that projects seldom make: it is listed with what can be said of it in a line. */
export interface OtherObject {
  /** The kind as PostgreSQL names it, such as `text search configuration`. */
  readonly kind: string;
  /** The object as pg_identify_object() writes it: qualified, and quoted where SQL needs it. */
  readonly identity: string;
  readonly owner: string | null;
  /** Its definition, or the parts of one; null where PostgreSQL has no text for it. */
  readonly definition: string | null;
  readonly comment: string | null;
}

/** One kind: its catalog, how its columns begin, which column has the owner, and SQL for a definition. */
const kind = (catalog: string, owner: string | null, definition: string, where = 'true'): string => `
  select (pg_identify_object('${catalog}'::regclass, o.oid, 0)).type as kind, (pg_identify_object('${catalog}'::regclass, o.oid, 0)).identity as identity,
         (pg_identify_object('${catalog}'::regclass, o.oid, 0)).schema as schema,
         ${owner ? `pg_get_userbyid(o.${owner})` : 'null'} as owner, ${definition} as definition, obj_description(o.oid, '${catalog}') as comment
    from ${catalog} o where o.oid >= 16384 and ${where} and ${notExtensionMember(catalog, 'o.oid')}`;

const operatorsOf = (family: string): string =>
  `(select string_agg(format('%s %s %s', a.amopstrategy, a.amopopr::regoperator, a.amoppurpose), ', ' order by a.amopstrategy, a.amopopr::regoperator::text) from pg_amop a where a.amopfamily = ${family})`;

// 16384 is FirstNormalObjectId: what is below came with PostgreSQL.
const QUERY = `
  select kind, identity, owner, definition, comment from (
  ${[
    kind(
      'pg_statistic_ext',
      'stxowner',
      `pg_get_statisticsobjdef(o.oid) || coalesce(' statistics ' || nullif(o.stxstattarget, -1), '')`,
    ),
    kind(
      'pg_operator',
      'oprowner',
      `concat_ws(' ', 'function', o.oprcode, 'commutator ' || nullif(o.oprcom, 0)::regoper, 'negator ' || nullif(o.oprnegate, 0)::regoper,
        'restrict ' || nullif(o.oprrest, 0)::regproc, 'join ' || nullif(o.oprjoin, 0)::regproc, case when o.oprcanhash then 'hashes' end, case when o.oprcanmerge then 'merges' end)`,
    ),
    kind(
      'pg_opclass',
      'opcowner',
      `concat_ws(' ', case when o.opcdefault then 'default' end, 'for', format_type(o.opcintype, null), ${operatorsOf('o.opcfamily')})`,
    ),
    kind('pg_opfamily', 'opfowner', operatorsOf('o.oid')),
    kind(
      'pg_cast',
      null,
      `concat_ws(' ', case o.castmethod when 'f' then 'with function ' || o.castfunc::regprocedure when 'i' then 'with inout' else 'without function' end,
        case o.castcontext when 'a' then 'as assignment' when 'i' then 'as implicit' end)`,
    ),
    kind('pg_transform', null, `concat_ws(', ', nullif(o.trffromsql, 0)::regproc, nullif(o.trftosql, 0)::regproc)`),
    kind(
      'pg_collation',
      'collowner',
      `concat_ws(' ', 'provider', o.collprovider, coalesce(to_jsonb(o) ->> 'colllocale', to_jsonb(o) ->> 'colliculocale', o.collcollate), to_jsonb(o) ->> 'collicurules',
        case when not o.collisdeterministic then 'not deterministic' end)`,
    ),
    kind(
      'pg_conversion',
      'conowner',
      `concat_ws(' ', pg_encoding_to_char(o.conforencoding), 'to', pg_encoding_to_char(o.contoencoding), o.conproc, case when o.condefault then 'default' end)`,
    ),
    kind(
      'pg_ts_config',
      'cfgowner',
      `concat_ws(' ', 'parser', (select quote_ident(p.prsname) from pg_ts_parser p where p.oid = o.cfgparser),
        (select string_agg(format('%s %s', t.alias, m.dicts), ', ' order by t.alias) from (
           select c.maptokentype, string_agg(c.mapdict::regdictionary::text, '+' order by c.mapseqno) as dicts from pg_ts_config_map c where c.mapcfg = o.oid group by 1) m
           join ts_token_type(o.cfgparser) t on t.tokid = m.maptokentype))`,
    ),
    kind(
      'pg_ts_dict',
      'dictowner',
      `concat_ws(' ', 'template', (select quote_ident(t.tmplname) from pg_ts_template t where t.oid = o.dicttemplate), o.dictinitoption)`,
    ),
    kind('pg_ts_parser', null, `concat_ws(' ', o.prsstart, o.prstoken, o.prsend, o.prslextype)`),
    kind('pg_ts_template', null, `concat_ws(' ', nullif(o.tmplinit::oid, 0)::regproc, o.tmpllexize)`),
    kind('pg_am', null, `concat_ws(' ', case o.amtype when 'i' then 'index' else 'table' end, o.amhandler)`),
    kind(
      'pg_language',
      'lanowner',
      `concat_ws(' ', case when o.lanpltrusted then 'trusted' end, nullif(o.lanplcallfoid, 0)::regproc)`,
    ),
    kind(
      'pg_type',
      'typowner',
      `concat_ws(' ', 'input', o.typinput, 'output', o.typoutput, 'length', o.typlen)`,
      "o.typtype = 'b' and o.typelem = 0",
    ),
  ].join(' union all ')}
  union all
  select 'security label', l.objtype || ' ' || l.objname, null, l.provider || ' ' || quote_literal(l.label), null, null from pg_seclabels l
  ) listed (kind, identity, schema, owner, definition, comment)
   where schema is null or ${isApplicationSchema('schema')}
   order by kind collate "C", identity collate "C"`;

/**
 * Reads what belongs to no other reader: statistics objects, operators, casts, text search, collations and so on. Large objects
 * are data; their grants are read with the others (grants.ts).
 */
export async function readOtherObjects(client: pg.Client): Promise<readonly OtherObject[]> {
  return readRows(client, QUERY);
}
