import { nodesOfType, stringOf } from '../../sql/tree.ts';
import { type HostedRule, type HostedStatement, ofType, type Refused } from './rule.ts';

/** Extensions that say themselves in which schema they are. */
const AT_HOME = ['pg_cron', 'pg_graphql', 'pg_net', 'pg_tle', 'pgmq', 'pgsodium', 'plpgsql', 'supabase_vault'];

const HOME = 'extensions';

/** An extension outside of schema extensions brings its functions into the API, or can't be created at all. */
export const extensionsSchema: HostedRule = {
  id: 'extensions-schema',
  expected: 'extensions that are in schema extensions when the last migration has run',
  refused: (statements) => {
    const outside = new Map<string, Refused>();
    for (const statement of statements)
      for (const [name, schema] of placements(statement)) {
        // format() fills a name in when it runs: whether it is the right one is not in the text.
        if (schema === HOME || AT_HOME.includes(name)) outside.delete(name);
        else
          outside.set(name, {
            statement,
            seen: `it puts extension ${name} ${schema === undefined ? 'where the search_path begins' : `in schema ${schema}`}`,
          });
      }
    return [...outside.values()];
  },
};

/** The extensions that a statement creates or moves, each with the schema that it names. */
function placements({ tree }: HostedStatement): [name: string, schema: string | undefined][] {
  const create = ofType(tree, 'CreateExtensionStmt');
  if (create) {
    const option = [...nodesOfType(create.options, 'DefElem')].find(({ defname }) => defname === 'schema');
    return [[String(create.extname), option && stringOf(option.arg)]];
  }
  const move = ofType(tree, 'AlterObjectSchemaStmt');
  if (move?.objectType === 'OBJECT_EXTENSION') return [[stringOf(move.object) ?? '', String(move.newschema)]];
  const drop = ofType(tree, 'DropStmt');
  if (drop?.removeType !== 'OBJECT_EXTENSION') return [];
  // Gone is as good as at home.
  return (drop.objects as readonly unknown[]).map((name) => [stringOf(name) ?? '', HOME]);
}
