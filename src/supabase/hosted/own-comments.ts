import { stringOf } from '../../sql/tree.ts';
import { eachStatement, type HostedRule, ofType } from './rule.ts';
import { PLATFORM, schemasIn } from './targets.ts';

/** Kinds of objects that `postgres` never owns there. */
const OF_OTHERS: Readonly<Record<string, string>> = {
  OBJECT_EXTENSION: 'an extension',
  OBJECT_ROLE: 'a role',
  OBJECT_TABLESPACE: 'a tablespace',
  OBJECT_LANGUAGE: 'a language',
  OBJECT_ACCESS_METHOD: 'an access method',
};

/** Only an owner may comment. A block can ask who owns something before it comments, so what depends on a condition passes. */
export const ownComments: HostedRule = {
  id: 'own-comments',
  expected: 'comments on what the migrations created themselves',
  refused: (statements) => refusedAlways(statements.filter(({ conditional }) => !conditional)),
};

const refusedAlways = eachStatement((tree) => {
  const { objtype, object } = ofType(tree, 'CommentStmt') ?? {};
  const kind = OF_OTHERS[String(objtype)];
  if (kind) return [`it comments on ${kind} (${stringOf(object) ?? 'by name'}), which \`postgres\` does not own`];
  return schemasIn(object, objtype === 'OBJECT_SCHEMA')
    .filter((schema) => [...PLATFORM, 'extensions'].includes(schema))
    .map((schema) => `it comments on something of schema ${schema}, which \`postgres\` does not own`);
});
