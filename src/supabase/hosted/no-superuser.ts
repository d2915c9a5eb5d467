import { nodesOfType, stringOf } from '../../sql/tree.ts';
import { isOffered } from './offered.ts';
import { eachStatement, type HostedRule, type HostedStatement, ofType } from './rule.ts';
import { settingsSet } from './settings-set.ts';

type HostedFields = Readonly<Record<string, unknown>>;

/** Statements of which PostgreSQL asks a superuser, whatever they say. Supabase gives `postgres` event triggers, publications and foreign-data wrappers. */
const STATEMENTS: Readonly<Record<string, string>> = {
  AlterOpFamilyStmt: 'it alters an operator family',
  AlterSystemStmt: "it changes the server's configuration",
  CreateAmStmt: 'it creates an access method',
  CreateOpClassStmt: 'it creates an operator class',
  CreateOpFamilyStmt: 'it creates an operator family',
  CreatePLangStmt: 'it creates a language',
  CreateTableSpaceStmt: 'it creates a tablespace',
  CreateTransformStmt: 'it creates a transform',
  LoadStmt: 'it loads a library',
  SecLabelStmt: 'it sets a security label',
};

const LANGUAGES = ['sql', 'plpgsql', 'plv8', 'plcoffee', 'plls'];

const ATTRIBUTES: Readonly<Record<string, string>> = {
  superuser: 'SUPERUSER',
  isreplication: 'REPLICATION',
  bypassrls: 'BYPASSRLS',
};

const SERVER_ROLES = ['pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files'];

const SERVER_FUNCTIONS = [
  'lo_export',
  'lo_import',
  'pg_ls_dir',
  'pg_read_binary_file',
  'pg_read_file',
  'pg_reload_conf',
  'pg_rotate_logfile',
  'pg_stat_file',
];

/** `postgres` is no superuser there. */
export const noSuperuser: HostedRule = {
  id: 'no-superuser',
  expected: 'statements that need no superuser',
  refused: eachStatement((tree) => [
    ...Object.keys(tree).flatMap((type) => STATEMENTS[type] ?? []),
    ...ofCopy(ofType(tree, 'CopyStmt')),
    ...ofDefine(ofType(tree, 'DefineStmt')),
    ...ofExtension(ofType(tree, 'CreateExtensionStmt')),
    ...ofCast(ofType(tree, 'CreateCastStmt')),
    ...ofFunction(tree),
    ...ofRole(tree),
    ...settingsSet(tree).map((name) => `it sets ${name}, which only a superuser may`),
    ...functionsCalled(tree).map((name) => `it calls ${name}(), which only a superuser may`),
  ]),
};

function ofCopy(copy: HostedFields | undefined): string[] {
  if (copy?.is_program === true) return ["it copies from or to a program on the server's machine"];
  return copy?.filename === undefined ? [] : ["it copies from or to a file on the server's machine"];
}

const ofDefine = (define: HostedFields | undefined): string[] =>
  ['OBJECT_TYPE', 'OBJECT_TSPARSER', 'OBJECT_TSTEMPLATE'].includes(String(define?.kind))
    ? ['it creates a base type, or a parser or template of text search']
    : [];

const ofExtension = (create: HostedFields | undefined): string[] =>
  create && !isOffered(String(create.extname))
    ? [`it creates extension ${create.extname}, which Supabase does not offer`]
    : [];

const ofCast = (cast: HostedFields | undefined): string[] =>
  cast && cast.func === undefined && cast.inout !== true ? ['it creates a cast without a function'] : [];

function ofFunction(tree: HostedStatement['tree']): string[] {
  const node = ofType(tree, 'CreateFunctionStmt') ?? ofType(tree, 'AlterFunctionStmt');
  const options = [...nodesOfType(node?.options ?? node?.actions, 'DefElem')];
  const language = stringOf(options.find(({ defname }) => defname === 'language')?.arg)?.toLowerCase();
  const leakproof = options.find(({ defname }) => defname === 'leakproof')?.arg;
  return [
    ...(language !== undefined && !LANGUAGES.includes(language)
      ? [`it creates a function in ${language}, which is not trusted`]
      : []),
    ...(isTrue(leakproof) ? ['it declares a function LEAKPROOF'] : []),
  ];
}

function ofRole(tree: HostedStatement['tree']): string[] {
  const role = ofType(tree, 'CreateRoleStmt') ?? ofType(tree, 'AlterRoleStmt');
  const given = [...nodesOfType(role?.options, 'DefElem')].filter(({ arg }) => isTrue(arg));
  const granted = [...nodesOfType(ofType(tree, 'GrantRoleStmt')?.granted_roles, 'AccessPriv')];
  const owners = [ofType(tree, 'AlterOwnerStmt') ?? {}, ...nodesOfType(tree, 'AlterTableCmd')]
    .map(({ newowner }) => (newowner as { rolename?: string } | undefined)?.rolename)
    .filter((name) => name?.startsWith('supabase_'));
  return [
    ...given.flatMap(({ defname }) => ATTRIBUTES[String(defname)] ?? []).map((name) => `it gives a role ${name}`),
    ...granted
      .filter(({ priv_name: name }) => SERVER_ROLES.includes(String(name)))
      .map(({ priv_name: name }) => `it grants ${name}`),
    ...owners.map((name) => `it gives something to ${name}, of which \`postgres\` is no member`),
  ];
}

const isTrue = (arg: unknown): boolean =>
  (arg as { Boolean?: { boolval?: boolean } } | undefined)?.Boolean?.boolval === true;

/** The body of a function is run later, and by others. */
function functionsCalled(tree: HostedStatement['tree']): string[] {
  if (ofType(tree, 'CreateFunctionStmt')) return [];
  return [...nodesOfType(tree, 'FuncCall')]
    .map(({ funcname }) => stringOf((funcname as readonly unknown[]).at(-1)) ?? '')
    .filter((name) => SERVER_FUNCTIONS.includes(name));
}
