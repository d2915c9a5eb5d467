import { placeOf } from '../../migrations/session/place.ts';
import type { Deviation } from '../../report/deviation.ts';
import { statementsOfDo } from '../../sql/blocks.ts';
import { loadParser } from '../../sql/references.ts';
import { parseStatements } from '../../sql/statements.ts';
import { extensionsSchema } from './extensions-schema.ts';
import { noSuperuser } from './no-superuser.ts';
import { ownComments } from './own-comments.ts';
import { ownSchemas } from './own-schemas.ts';
import type { HostedRule, HostedStatement } from './rule.ts';

/** Every rule of the hosted service, in the order of the findings. */
export const HOSTED_RULES: readonly HostedRule[] = [noSuperuser, ownSchemas, extensionsSchema, ownComments];

/** A migration, as it runs. */
export interface HostedText {
  readonly file: string;
  readonly body: string;
}

/**
 * The statements of these migrations that Supabase's hosted service would refuse, where they run as `postgres`, which is no superuser. Read
 * from the parse trees of their statements, and of those of their DO blocks; what a function does when it is called is
 * not looked at, nor is text that a DO block puts together.
 * @throws SqlError of libpg-query when a text is not SQL
 */
export async function hostedDeviations(migrations: readonly HostedText[]): Promise<Deviation[]> {
  const statements = (await Promise.all(migrations.map(statementsOf))).flat();
  return HOSTED_RULES.flatMap(({ id, expected, refused }) =>
    refused(statements).map(({ statement, seen }) => ({
      check: 'supabase' as const,
      where: `${statement.place} · ${id}`,
      expected,
      seen,
      evidence: beginning(statement.sql),
      fix: `docs/supabase/${id}.md explains the rule and the fix.`,
    })),
  );
}

async function statementsOf({ file, body }: HostedText): Promise<HostedStatement[]> {
  await loadParser();
  const statements = await parseStatements(body);
  return statements.flatMap((statement) =>
    [{ tree: statement.tree, conditional: false }, ...statementsOfDo(statement.tree)].map(({ tree, conditional }) => ({
      place: placeOf(file, body, statement),
      sql: statement.sql,
      tree: tree as HostedStatement['tree'],
      conditional,
    })),
  );
}

const LONGEST = 300;

const beginning = (sql: string): string => (sql.length > LONGEST ? `${sql.slice(0, LONGEST)}…` : `${sql};`);
