import type { Relation } from '../../catalog/relations.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import type { Check, Offence } from '../check.ts';
import { type Relationship, relationshipsIn } from '../relationships.ts';
import type { RuledCatalog } from '../ruled.ts';

export const embeddingResolves: Check = {
  id: 'embedding-resolves',
  expected: 'what the app embeds is one relationship, and gives what the app reads: an object or an array',
  offences: (ruled) => {
    const { postgrest, all } = ruled;
    if (!postgrest?.embeddings) return [];
    const relationships = relationshipsIn(all, postgrest.schemas);
    return Object.entries(postgrest.embeddings).flatMap(([id, embedded]) => {
      const origin = all.relations.find((one) => one.id === id && postgrest.schemas.includes(one.schema));
      return Object.entries(embedded).flatMap(([written, wanted]) => {
        const seen = origin
          ? wrong(candidates(relationships, origin, written, ruled), wanted)
          : 'no such relation in a schema that PostgREST exposes';
        return seen === undefined ? [] : [offence(id, origin, written, seen)];
      });
    });
  },
};

/** Words behind a name, as in `channels!inner`, that are no hints: they say how the rows are joined. */
const JOINS = ['inner', 'left'];

/** The relationships that PostgREST takes for what a client wrote, such as `channels` or `channels!videos_channel_id_fkey`. */
function candidates(
  relationships: readonly Relationship[],
  origin: Relation,
  written: string,
  { all }: RuledCatalog,
): readonly Relationship[] {
  const [name = '', ...more] = written.split('!');
  const hint = more.find((one) => !JOINS.includes(one));
  const plain = new Map(all.relations.map(({ sql, schema, name }) => [sql, { schema, name }]));
  return relationships.filter((one) => {
    if (one.origin !== origin.sql) return false;
    if (one.kind === 'computed')
      return all.functions.some(
        ({ sql, schema, name: own }) => sql === one.by && schema === origin.schema && own === name,
      );
    const target = plain.get(one.target);
    if (target?.schema !== origin.schema) return false;
    const [single] = one.columns.length === 1 ? one.columns : [];
    const isKey = one.kind !== 'many-to-many';
    if (one.origin === one.target) {
      if (hint !== undefined) return target.name === name && one.kind === 'one-to-many' && single?.[1] === hint;
      return (
        (target.name === name && one.kind === 'one-to-many') || (one.kind === 'many-to-one' && single?.[0] === name)
      );
    }
    if (hint === undefined)
      return target.name === name || (!one.targetIsView && isKey && (one.by === name || single?.[0] === name));
    if (target.name !== name) return false;
    return isKey ? one.by === hint || single?.includes(hint) : plain.get(one.by)?.name === hint;
  });
}

/** Why an embedding fails, or gives something else than is wanted. */
function wrong(found: readonly Relationship[], wanted: 'one' | 'many'): string | undefined {
  const [only, ...more] = found;
  if (!only) return 'no relationship (PGRST200)';
  if (more.length > 0) return `${found.length} relationships (PGRST201): ${found.map(inWords).join('; ')}`;
  if (only.one === (wanted === 'one')) return undefined;
  return `${only.one ? 'an object' : 'an array'}: ${inWords(only)}`;
}

const inWords = ({ kind, by, target }: Relationship): string => `${kind} to ${target} by ${by}`;

/** The keys and functions of the relation, from which PostgREST takes its relationships. */
function offence(id: string, origin: Relation | undefined, written: string, seen: string): Offence {
  const relation = `to_regclass(${quoteLiteral(origin?.sql ?? id)})`;
  return {
    object: `${id}?select=${written}(*)`,
    seen,
    evidence: [
      `select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint where contype = 'f' and ${relation} in (conrelid, confrelid)`,
      `union all select oid::regprocedure::text, proname, pg_get_function_result(oid) from pg_proc where pronargs = 1 and proargtypes[0] = (select reltype from pg_class where oid = ${relation});`,
    ].join('\n'),
  };
}
