import { withClient } from '../../database/connect.ts';
import { recreateDatabase } from '../../database/server.ts';
import { type ConnectionStrings, databaseOf } from '../../database/urls.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import { attributeStatements } from './attributes.ts';
import { membershipStatements } from './memberships.ts';
import { isNamedIn } from './names.ts';
import { settingStatements } from './settings.ts';
import { type RolesState, readRolesState } from './state.ts';
import { mayChangeRoles } from './touches.ts';

/** How roles were brought back to what they were: the statements that ran, and a sentence for each thing that stays. */
export interface RolesPutBack {
  readonly ran: readonly string[];
  readonly stays: readonly string[];
}

/**
 * Remembers the server's roles, and gives a function that puts back what a migration has changed since: attributes,
 * settings, memberships, names, and roles that it created. A refused migration has run on the shadow database, and its
 * changes of roles are the whole server's.
 *
 * The function drops only roles that the migration names: another may be somebody else's. It empties the shadow database
 * before, since objects there may depend on them. Of settings of databases it knows those of `database`, and of one that
 * the migration names: what others set on theirs meanwhile stays. It throws nothing but DatabaseError, when the server
 * can't be reached.
 * @param sql the migration
 * @param database the database that the migration is for
 */
export async function rememberRoles(
  urls: ConnectionStrings,
  sql: string,
  database = databaseOf(urls.main),
): Promise<() => Promise<RolesPutBack>> {
  if (!(await mayChangeRoles(sql))) return async () => ({ ran: [], stays: [] });
  const shadow = databaseOf(urls.shadow);
  const isOurs = (name: string): boolean => name !== shadow && (name === database || isNamedIn(sql, name));
  const read = () => withClient(urls.main, (client) => readRolesState(client, isOurs));
  const before = await read();
  return async () => {
    const first = await runEach(urls.main, renamings(before, await read()));
    const after = await read();
    const created = after.roles.filter(({ name }) => !before.oids.has(name));
    const [own, others] = [
      created.filter(({ name }) => isNamedIn(sql, name)),
      created.filter(({ name }) => !isNamedIn(sql, name)),
    ];
    if (own.length > 0) await recreateDatabase(urls.root, urls.shadow);
    const rest = await runEach(urls.main, [
      ...statementsBetween(before, without(after, new Set(others.map(({ name }) => name)))),
      ...own.map((role) => `drop role ${role.sql}`),
    ]);
    const stays = [
      ...others.map((role) => `The role ${role.sql} was created meanwhile. Drop it if the migration did that.`),
      ...before.roles
        .filter(({ name }) => !after.oids.has(name))
        .map((role) => `The role ${role.sql} was dropped, and has to be created again by hand.`),
    ];
    return { ran: [...first.ran, ...rest.ran], stays: [...first.stays, ...rest.stays, ...stays] };
  };
}

/** A state without some roles, and what they are members of. */
function without(state: RolesState, names: ReadonlySet<string>): RolesState {
  return {
    ...state,
    roles: state.roles.filter(({ name }) => !names.has(name)),
    memberships: state.memberships.filter(({ role, member }) => !names.has(role) && !names.has(member)),
    settings: state.settings.filter(({ role }) => role === null || !names.has(role)),
  };
}

/** The report for people: a line for all that was put back, and one for each thing that was not; empty for nothing. */
export function putBackText({ ran, stays }: RolesPutBack): string {
  return [
    ...(ran.length > 0
      ? [`rolecall: roles belong to the whole server, so what the migration did to them was undone: ${ran.join('; ')}.`]
      : []),
    ...stays.map((sentence) => `rolecall: ${sentence}`),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function renamings(before: RolesState, after: RolesState): string[] {
  const names = new Map([...after.oids].map(([name, oid]) => [oid, name]));
  return [...before.oids].flatMap(([name, oid]) => {
    const now = names.get(oid);
    return after.oids.has(name) || now === undefined || before.oids.has(now)
      ? []
      : [`alter role ${quoteIdentifier(now)} rename to ${quoteIdentifier(name)}`];
  });
}

function statementsBetween(before: RolesState, after: RolesState): string[] {
  const known = <T extends { readonly role: string | null }>({ role }: T): boolean =>
    role === null || after.oids.has(role);
  const kept = <T extends { readonly role: string | null }>({ role }: T): boolean =>
    role === null || before.oids.has(role);
  const was = new Map(before.roles.map((role) => [role.name, role]));
  return [
    ...after.roles.flatMap((role) => {
      const old = was.get(role.name);
      return old ? attributeStatements(old, role) : [];
    }),
    ...settingStatements(before.settings.filter(known), after.settings.filter(kept)),
    ...membershipStatements(before, after),
  ];
}

async function runEach(url: string, statements: readonly string[]): Promise<RolesPutBack> {
  if (statements.length === 0) return { ran: [], stays: [] };
  return withClient(url, async (client) => {
    const [ran, stays]: [string[], string[]] = [[], []];
    for (const statement of statements) {
      try {
        await client.query(statement);
        ran.push(statement);
      } catch (error) {
        stays.push(
          `\`${statement}\` could not undo what the migration did: ${(error as Error).message}. Run it by hand.`,
        );
      }
    }
    return { ran, stays };
  });
}
