import { parseSync } from 'libpg-query';
import pg from 'pg';
import { type DatabaseFunction, readFunctions } from '../../../src/catalog/functions.ts';
import { plpgsqlStatements } from '../../../src/sql/plpgsql.ts';
import { loadParser, parseSqlBody } from '../../../src/sql/references.ts';
import { nodesOfType } from '../../../src/sql/tree.ts';

/** A function of the app, and the parse trees of its body. */
export interface Body {
  /** `schema.name`. */
  readonly name: string;
  readonly routine: DatabaseFunction;
  readonly trees: readonly unknown[];
}

/** The bodies of all functions in public and private, so that a test can say that it left none out. */
export async function bodiesOf(url: string): Promise<Body[]> {
  await loadParser();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const functions = await readFunctions(client, { schemas: ['public', 'private'] });
  await client.end();
  return functions.map((routine) => ({
    name: `${routine.schema}.${routine.name}`,
    routine,
    trees:
      routine.language === 'sql'
        ? [parseSqlBody(routine.source)]
        : plpgsqlStatements(routine).statements.map((statement) => parseSync(statement)),
  }));
}

/** A constant, as libpg-query gives it: a zero has no value. */
interface Constant {
  readonly ival?: { readonly ival?: number };
  readonly fval?: { readonly fval: string };
  readonly sval?: { readonly sval?: string };
}

/**
 * The numbers in parse trees, and the intervals such as `7 days`; each once, in order. Not 0, 1 and -1, with which everything
 * is counted.
 */
export function constantsIn(trees: readonly unknown[]): (number | string)[] {
  const constants = trees.flatMap((tree) => [...nodesOfType(tree, 'A_Const')]) as Constant[];
  const found = constants.flatMap(({ ival, fval, sval }): (number | string)[] => {
    if (ival) return [ival.ival ?? 0];
    if (fval) return [Number(fval.fval)];
    return /^\d+ (?:second|minute|hour|day)s?$/.test(sval?.sval ?? '') ? [sval?.sval as string] : [];
  });
  return [...new Set(found)]
    .filter((value) => typeof value === 'string' || Math.abs(value) > 1 || value % 1 !== 0)
    .sort();
}

/** The numbers that parameters have by default. */
export const defaultsOf = ({ routine }: Body): (number | string)[] =>
  constantsIn([...routine.argumentsSql.matchAll(/DEFAULT ([\d.]+)/g)].map(([, value]) => parseSync(`select ${value}`)));

/** How many EXISTS a body has. */
export const existsIn = (trees: readonly unknown[]): number =>
  trees
    .flatMap((tree) => [...nodesOfType(tree, 'SubLink')])
    .filter(({ subLinkType }) => subLinkType === 'EXISTS_SUBLINK').length;
