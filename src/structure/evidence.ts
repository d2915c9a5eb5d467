import { DEFAULT_PRIVILEGES_ENTRIES } from '../catalog/default-privileges.ts';
import { quoteLiteral, unquoteIdentifier } from '../sql/quote.ts';
import { tokenAt } from '../sql/tokens.ts';
import { MIGRATOR, type StructureObject, type StructurePart } from './model.ts';

/** A query that shows an object, or what of it is concerned, as it is in a database; it runs where the object is gone too. */
export function evidenceOf(object: StructureObject, part?: StructurePart): string {
  const name = quoteLiteral(object.name).trim();
  const plain = quoteLiteral(unquoted(object.name)).trim();
  if (part) return evidenceOfPart(object, part, name, plain);
  switch (object.kind) {
    case 'role':
      return `select r.*, s.setconfig from pg_roles r left join pg_db_role_setting s on s.setrole = r.oid where r.rolname = ${roleText(object.name)};`;
    case 'database':
      return 'select datacl, setdatabase, setconfig from pg_database d left join pg_db_role_setting s on s.setrole = 0 and s.setdatabase in (0, d.oid) where d.datname = current_database();';
    case 'extension':
      return `select extname, extnamespace::regnamespace from pg_extension where extname = ${plain};`;
    case 'schema':
    case 'host schema':
      return `select nspname, nspowner::regrole, nspacl, obj_description(oid, 'pg_namespace') from pg_namespace where nspname = ${plain};`;
    case 'enum':
    case 'domain':
    case 'composite type':
    case 'range type':
      return `select t.oid::regtype, t.typowner::regrole, t.typacl, format_type(t.typbasetype, t.typtypmod), array(select enumlabel from pg_enum where enumtypid = t.oid order by enumsortorder) from pg_type t where t.oid = to_regtype(${name});`;
    case 'sequence':
      return `select s.*, c.relowner::regrole, c.relacl from pg_sequence s join pg_class c on c.oid = s.seqrelid where c.oid = to_regclass(${name});`;
    case 'function':
    case 'procedure':
    case 'aggregate':
    case 'window function':
    case 'host function':
      return `select oid::regprocedure, proowner::regrole, prosecdef, provolatile, proisstrict, proleakproof, proconfig, proacl, prosrc from pg_proc where oid = to_regprocedure(${name});`;
    case 'event trigger':
      return `select * from pg_event_trigger where evtname = ${plain};`;
    case 'publication':
      return `select * from pg_publication where pubname = ${plain};`;
    case 'default privileges for':
      return DEFAULT_PRIVILEGES_ENTRIES;
    case 'foreign-data wrapper':
      return `select fdwname, fdwowner::regrole, fdwacl from pg_foreign_data_wrapper where fdwname = ${plain};`;
    case 'foreign server':
      return `select srvname, srvowner::regrole, srvacl from pg_foreign_server where srvname = ${plain};`;
    case 'user mapping':
      return 'select srvname, usename from pg_user_mappings;';
    case 'language':
      return `select lanname, lanowner::regrole, lanacl from pg_language where lanname = ${plain};`;
    case 'parameter':
      return `select * from pg_parameter_acl where parname = ${plain};`;
    case 'other':
      return `select o.type, o.identity from pg_depend d cross join lateral pg_identify_object(d.classid, d.objid, 0) o where d.objid >= 16384 and o.type || ' ' || o.identity = ${name} limit 1;`;
    default:
      return `select c.oid::regclass, c.relkind, c.relowner::regrole, c.relrowsecurity, c.relforcerowsecurity, c.reloptions, c.relacl, pg_get_viewdef(c.oid) from pg_class c where c.oid = to_regclass(${name});`;
  }
}

function evidenceOfPart(object: StructureObject, part: StructurePart, name: string, plain: string): string {
  const own = quoteLiteral(unquoted(part.name)).trim();
  switch (part.kind) {
    case 'member of':
      return `select roleid::regrole, member::regrole, admin_option from pg_auth_members where member = to_regrole(${name}) and roleid = ${part.name === MIGRATOR ? 'current_user::regrole' : `to_regrole(${quoteLiteral(part.name).trim()})`};`;
    case 'column':
      return `select a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attacl from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum where a.attrelid = to_regclass(${name}) and a.attname = ${own};`;
    case 'constraint':
      return `select conname, convalidated, pg_get_constraintdef(oid) from pg_constraint where (conrelid = to_regclass(${name}) or contypid = to_regtype(${name})) and conname = ${own};`;
    case 'index':
      return `select indexrelid::regclass, indisvalid, pg_get_indexdef(indexrelid) from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = to_regclass(${name}) and c.relname = ${own};`;
    case 'policy':
      return `select polname, polcmd, polpermissive, polroles::regrole[], pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid) from pg_policy where polrelid = to_regclass(${name}) and polname = ${own};`;
    case 'trigger':
      return `select tgname, tgenabled, pg_get_triggerdef(oid) from pg_trigger where tgrelid = to_regclass(${name}) and tgname = ${own};`;
    case 'rule':
      return `select rulename, ev_enabled, pg_get_ruledef(oid) from pg_rewrite where ev_class = to_regclass(${name}) and rulename = ${own};`;
    case 'published table':
      return `select * from pg_publication_tables where pubname = ${plain};`;
    case 'grant to':
      return object.kind.includes('table') || object.kind.includes('view') || object.kind.includes('relation')
        ? `select relacl, array(select attname || ' ' || attacl::text from pg_attribute where attrelid = c.oid and attacl is not null) from pg_class c where oid = to_regclass(${name});`
        : evidenceOf(object);
    default:
      return evidenceOf(object);
  }
}

const roleText = (name: string): string => (name === MIGRATOR ? 'current_user' : quoteLiteral(unquoted(name)).trim());

/** A single name as it is, without its quotes. */
function unquoted(name: string): string {
  const token = tokenAt(name, 0);
  return token?.kind === 'name' && token.end === name.length ? unquoteIdentifier(name) : name;
}
