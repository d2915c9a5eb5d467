import type pg from 'pg';
import { DEFAULT_PRIVILEGES_ENTRIES } from '../../catalog/default-privileges.ts';
import type { Deviation } from '../../report/deviation.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import { parseStatements, type SqlStatement } from '../../sql/statements.ts';
import type { CompiledMigration } from '../rerun.ts';
import { beginningOf } from './beginning.ts';
import { type Claim, claimsOf } from './claims.ts';
import { type Held, readHeld } from './held.ts';
import { notMade } from './not-made.ts';

/**
 * Finds the statements of a migration that do not do what they say: a REVOKE after which the role still has the
 * privilege, a GRANT of columns to a role that has the table, and `if not exists` where something else has the name.
 * Each is measured by the database as all of the migration left it, so that statements that are there to run again are
 * no alarm: what a REVOKE takes may be granted by a later statement.
 * @param client connected to a database that has run the migration
 * @throws the server's error
 */
export async function statementsWithoutEffect(
  client: pg.Client,
  { name, sql }: CompiledMigration,
): Promise<Deviation[]> {
  const statements = await parseStatements(sql);
  const claims = claimsOf(statements);
  const held = claims.length > 0 ? await readHeld(client, claims) : [];
  const idle = held.flatMap((one) => {
    const claim = claims[one.claim];
    return claim && isIdle(claim, one, held, claims) ? [{ claim, one }] : [];
  });
  const byStatement = Map.groupBy(idle, ({ claim }) => claim.statement);
  return [
    ...[...byStatement].map(([statement, found]) => asDeviation(name, statement, found)),
    ...(await notMade(client, statements)).map(({ statement, seen, evidence }) => ({
      check: 'migrations' as const,
      where: `${name} · ${beginningOf(statement)}`,
      expected: EXPECTED,
      seen,
      evidence,
      fix: 'Alter what is there, or give the new object a name of its own.',
    })),
  ];
}

const EXPECTED = 'a statement that does what it says';

function isIdle(claim: Claim, one: Held, held: readonly Held[], claims: readonly Claim[]): boolean {
  if (claim.grants) return claim.column !== null && one.onTable;
  return one.held && !held.some((other) => givesBack(claims[other.claim], other, claim, one));
}

/** Whether a later statement grants what an earlier one revoked: then revoking was making room. */
function givesBack(later: Claim | undefined, other: Held, claim: Claim, one: Held): boolean {
  return (
    later?.grants === true &&
    later.statement.start > claim.statement.start &&
    later.kind === claim.kind &&
    other.name === one.name &&
    other.privilege === one.privilege &&
    (later.grantee === claim.grantee || later.grantee === 'public') &&
    (later.column === null || later.column === claim.column)
  );
}

interface Idle {
  readonly claim: Claim;
  readonly one: Held;
}

function asDeviation(migration: string, statement: SqlStatement, found: readonly Idle[]): Deviation {
  const sentences = [
    ...Map.groupBy(found, ({ claim, one }) => JSON.stringify([claim.grantee, one.name, one.through, claim.column])),
  ].map(([, same]) => sentenceOf(same));
  const more = sentences.length > MOST ? `; and ${sentences.length - MOST} more` : '';
  const [first] = found;
  return {
    check: 'migrations',
    where: `${migration} · ${beginningOf(statement)}`,
    expected: EXPECTED,
    seen: `it changes nothing: ${sentences.slice(0, MOST).join('; ')}${more}`,
    ...(first ? { evidence: evidenceOf(first) } : {}),
    fix: first?.claim.grants
      ? 'Revoke the privilege on the table first, or take the statement out.'
      : 'Revoke what gives it (on the table, from public, in the other schema, or the membership), and grant again what is meant; or take the statement out.',
  };
}

const MOST = 5;

function sentenceOf(same: readonly Idle[]): string {
  const [{ claim, one }] = same as readonly [Idle, ...Idle[]];
  if (claim.kind === 'role') return `${claim.grantee} is still a member of ${claim.object}`;
  const privileges = same.map(({ one: { privilege } }) => privilege).join(', ');
  const on = claim.column === null ? one.name : `column ${claim.column} of ${one.name}`;
  const through = one.through.length > 0 ? `, by what is granted ${one.through.join(' and ')}` : '';
  return `${claim.grantee} ${claim.grants ? 'already has' : 'still has'} ${privileges} on ${on}${through}`;
}

function evidenceOf({ claim, one }: Idle): string {
  const [grantee, object, privilege] = [claim.grantee, one.name, one.privilege].map(quoteLiteral);
  switch (claim.kind) {
    case 'role':
      return `select pg_has_role(${grantee}, ${object}, 'member');`;
    case 'default':
      return DEFAULT_PRIVILEGES_ENTRIES;
    case 'database':
      return `select has_database_privilege(${grantee}, current_database(), ${privilege});`;
    case 'table':
      if (claim.column !== null)
        return `select has_column_privilege(${grantee}, ${object}, ${quoteLiteral(claim.column)}, ${privilege});`;
      break;
    default:
  }
  return `select has_${claim.kind}_privilege(${grantee}, ${object}, ${privilege});`;
}
