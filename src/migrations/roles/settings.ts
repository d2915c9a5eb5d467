import { quoteIdentifier, quoteLiteral, unquoteIdentifier } from '../../sql/quote.ts';
import { tokensIn } from '../../sql/tokens.ts';
import type { RoleSetting } from './state.ts';

/** Settings whose value is a list of names, each quoted by itself: GUC_LIST_QUOTE in PostgreSQL, as in its variable_is_guc_list_quote(). */
const LISTS = [
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
];

/** A key that tells settings apart. */
export const settingKey = ({ role, database, name }: RoleSetting): string => JSON.stringify([role, database, name]);

/** The statements that give roles and databases the settings that they had. */
export function settingStatements(before: readonly RoleSetting[], after: readonly RoleSetting[]): string[] {
  const [was, is] = [before, after].map((settings) => new Map(settings.map((each) => [settingKey(each), each]))) as [
    Map<string, RoleSetting>,
    Map<string, RoleSetting>,
  ];
  const added = after.filter((each) => !was.has(settingKey(each)));
  const changed = before.filter((each) => is.get(settingKey(each))?.value !== each.value);
  return [
    ...added.map((each) => `${target(each)} reset ${nameOf(each)}`),
    ...changed.map((each) => `${target(each)} set ${nameOf(each)} = ${settingValue(each)}`),
  ];
}

const target = ({ role, database }: RoleSetting): string =>
  `alter role ${role === null ? 'all' : quoteIdentifier(role)}${database === null ? '' : ` in database ${quoteIdentifier(database)}`}`;

/** A name may have a prefix of its own, as in app.secret. */
const nameOf = ({ name }: RoleSetting): string => name.split('.').map(quoteIdentifier).join('.');

function settingValue({ name, value }: RoleSetting): string {
  if (!LISTS.includes(name.toLowerCase())) return quoteLiteral(value);
  const items = [...tokensIn(value)].flatMap(({ kind, start, end }) => {
    const written = value.slice(start, end);
    if (kind === 'name') return [unquoteIdentifier(written)];
    return kind === 'word' ? [written] : [];
  });
  return items.map(quoteLiteral).join(', ') || "''";
}
