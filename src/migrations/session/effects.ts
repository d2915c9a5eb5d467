import { nodesOfType, stringOf } from '../../sql/tree.ts';

/** One change of a session that outlives the transaction, or the end of such changes. */
export type SessionEffect =
  | {
      /** The kind and the name, so that a later statement can take it back: `setting role`. */
      readonly key: string;
      /** In words: `role is set`. */
      readonly what: string;
      readonly fix: string;
    }
  | { readonly ends: (key: string) => boolean };

type SqlNode = Readonly<Record<string, unknown>>;

/** Statements whose function calls run when the statement runs; others (CREATE FUNCTION, a default, a policy) keep them for later. */
const CALLING = new Set([
  'SelectStmt',
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'CallStmt',
  'CreateTableAsStmt',
  'CopyStmt',
  'DeclareCursorStmt',
  'ExplainStmt',
]);

/** DECLARE … WITH HOLD, as PostgreSQL's parser says it: CURSOR_OPT_HOLD of parsenodes.h. */
const WITH_HOLD = 0x20;

/** RESET ALL and DISCARD ALL leave these: they are GUC_NO_RESET_ALL in PostgreSQL. */
const NOT_RESET_BY_ALL = ['setting role', 'setting session_authorization'];

/** The changes of the session in one statement's parse tree, in their order. A DO block's statements are not looked into. */
export function sessionEffects(tree: unknown): SessionEffect[] {
  const [type, node] = Object.entries((tree ?? {}) as Record<string, SqlNode>)[0] ?? [];
  if (!type || !node) return [];
  return [...ofStatement(type, node), ...temporaryObjects(type, node), ...(CALLING.has(type) ? calls(tree) : [])];
}

const ended = (key: string): SessionEffect => ({ ends: (other) => other === key });
const endsKind = (kind: string, name: unknown): SessionEffect =>
  typeof name === 'string' ? ended(`${kind} ${name}`) : { ends: (key) => key.startsWith(`${kind} `) };

function ofStatement(type: string, node: SqlNode): SessionEffect[] {
  switch (type) {
    case 'VariableSetStmt':
      return ofSet(node);
    case 'DiscardStmt':
      if (node.target === 'DISCARD_ALL') return [{ ends: () => true }];
      return node.target === 'DISCARD_TEMP' ? [endsKind('temporary', undefined)] : [];
    case 'ListenStmt':
      return [
        {
          key: `listening ${node.conditionname}`,
          what: `it listens on ${node.conditionname}`,
          fix: 'Take the LISTEN out, or write `unlisten` before the end.',
        },
      ];
    case 'UnlistenStmt':
      return [endsKind('listening', node.conditionname)];
    case 'PrepareStmt':
      return [
        {
          key: `prepared ${node.name}`,
          what: `the prepared statement ${node.name} stays`,
          fix: `Write \`deallocate ${node.name}\` before the end.`,
        },
      ];
    case 'DeallocateStmt':
      return [endsKind('prepared', node.name)];
    case 'DeclareCursorStmt':
      if ((Number(node.options) & WITH_HOLD) === 0) return [];
      return [
        {
          key: `cursor ${node.portalname}`,
          what: `the cursor ${node.portalname} stays open`,
          fix: `Declare it without WITH HOLD, or write \`close ${node.portalname}\` before the end.`,
        },
      ];
    case 'ClosePortalStmt':
      return [endsKind('cursor', node.portalname)];
    case 'DropStmt':
      return ((node.objects ?? []) as readonly unknown[]).map((object) => ended(`temporary ${droppedName(object)}`));
    default:
      return [];
  }
}

function ofSet({ kind, name: written, is_local: local, args }: SqlNode): SessionEffect[] {
  if (kind === 'VAR_RESET_ALL') {
    return [{ ends: (key) => key.startsWith('setting ') && !NOT_RESET_BY_ALL.includes(key) }];
  }
  const name = String(written).toLowerCase();
  if (kind === 'VAR_SET_MULTI') {
    // SET TRANSACTION ends with the transaction.
    if (name !== 'session characteristics') return [];
    return [...nodesOfType(args, 'DefElem')].map(({ defname }) => setting(`default_${defname}`));
  }
  if (kind === 'VAR_RESET') return [ended(`setting ${name}`)];
  if (local) return [];
  if (kind === 'VAR_SET_DEFAULT' || (name === 'role' && constantOf((args as unknown[])[0]) === 'none')) {
    return [ended(`setting ${name}`)];
  }
  return [setting(name)];
}

function setting(name: string): SessionEffect {
  const word = name.replace('session_authorization', 'session authorization');
  return {
    key: `setting ${name}`,
    what: `${name} stays set`,
    fix: `Write \`set local\`, which ends with the transaction (or set_config(…, …, true)), or \`reset ${word}\` before the end.`,
  };
}

/** The temporary objects that a statement creates, unless they end with the transaction. */
function temporaryObjects(type: string, node: SqlNode): SessionEffect[] {
  // SELECT … INTO may be the arm of nothing else, so that it is at the top of the tree.
  const into = (node.into ?? node.intoClause) as { rel?: unknown; onCommit?: string } | undefined;
  const relation = (node.relation ?? node.view ?? node.sequence ?? into?.rel) as
    | { relname?: string; relpersistence?: string; schemaname?: string }
    | undefined;
  const creates = ['CreateStmt', 'CreateTableAsStmt', 'SelectStmt', 'ViewStmt', 'CreateSeqStmt'].includes(type);
  const named = [node.funcname, node.defnames, node.typeName, node.typevar, node.domainname];
  const [name] = named.map(nameParts).filter(isTemporary);
  if (name && (type.startsWith('Create') || type === 'CompositeTypeStmt' || type === 'DefineStmt')) {
    return [temporary(name.at(-1) ?? '')];
  }
  if (!creates || !relation) return [];
  if (relation.relpersistence !== 't' && !isTemporary([relation.schemaname ?? ''])) return [];
  if ((into?.onCommit ?? node.oncommit) === 'ONCOMMIT_DROP') return [];
  return [temporary(relation.relname ?? '')];
}

const temporary = (name: string): SessionEffect => ({
  key: `temporary ${name}`,
  what: `the temporary object ${name} stays`,
  fix: 'Create a temporary table with `on commit drop`, or drop what is temporary before the end.',
});

const isTemporary = ([schema]: readonly string[]): boolean => schema === 'pg_temp';

/** A name as PostgreSQL's trees have it: a list of strings, or a RangeVar. */
function nameParts(name: unknown): string[] {
  if (Array.isArray(name)) return name.flatMap((part) => stringOf(part) ?? []);
  const { schemaname, relname } = (name ?? {}) as { schemaname?: string; relname?: string };
  return [schemaname, relname].flatMap((part) => part ?? []);
}

/** The name of an object in a DROP, without its schema. */
function droppedName(object: unknown): string | undefined {
  const { List, ObjectWithArgs, TypeName } = (object ?? {}) as {
    List?: { items?: unknown[] };
    ObjectWithArgs?: { objname?: unknown[] };
    TypeName?: { names?: unknown[] };
  };
  return nameParts(List?.items ?? ObjectWithArgs?.objname ?? TypeName?.names).at(-1);
}

function calls(tree: unknown): SessionEffect[] {
  return [...nodesOfType(tree, 'FuncCall')].flatMap(({ funcname, args }) => {
    const name = nameParts(funcname).at(-1) ?? '';
    const given = (args ?? []) as readonly unknown[];
    if (name === 'set_config') return ofSetConfig(given);
    const key = `lock ${argumentsText(given)}`;
    if (/^pg_(try_)?advisory_lock(_shared)?$/.test(name)) {
      return [
        {
          key,
          what: 'it keeps an advisory lock of the session',
          fix: 'Take the lock with pg_advisory_xact_lock(…), which ends with the transaction.',
        },
      ];
    }
    if (/^pg_advisory_unlock(_shared)?$/.test(name)) return [ended(key)];
    return name === 'pg_advisory_unlock_all' ? [endsKind('lock', undefined)] : [];
  });
}

function ofSetConfig([name, , local]: readonly unknown[]): SessionEffect[] {
  const constant = (local as { A_Const?: { boolval?: { boolval?: boolean } } } | undefined)?.A_Const;
  if (constant?.boolval?.boolval === true || TRUE.includes(constantOf(castOf(local)) ?? '')) return [];
  return [setting((constantOf(name) ?? 'a setting with a computed name').toLowerCase())];
}

const TRUE = ['t', 'true', 'on', 'yes', '1'];

const castOf = (node: unknown): unknown => (node as { TypeCast?: { arg?: unknown } } | undefined)?.TypeCast?.arg;

/** The string of a constant. */
function constantOf(node: unknown): string | undefined {
  const constant = (node as { A_Const?: { sval?: { sval?: string } } } | undefined)?.A_Const;
  return constant?.sval && (constant.sval.sval ?? '');
}

/** Equal for equal expressions, wherever they are written. */
const argumentsText = (given: readonly unknown[]): string =>
  JSON.stringify(given, (key, value: unknown) => (key === 'location' ? undefined : value));
