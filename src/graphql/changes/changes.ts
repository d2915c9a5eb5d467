import type { GraphQLSchema } from 'graphql';
import { sortedBy } from '../../catalog/order.ts';
import { derive } from '../derived/derive.ts';
import { parseSchema } from '../diff.ts';
import { essential } from './essential.ts';
import { fold } from './fold.ts';
import { levelOf } from './level.ts';
import { type ApiChange, LEVELS } from './model.ts';
import { sidesOf } from './sides.ts';

export type { ApiChange } from './model.ts';

/**
 * The changes of a role's API, each with what it does to clients. Changes that PostGraphile derives from one cause,
 * such as the orders and filters of a new index, are one line.
 * @param before the schema's text; empty where the role had none
 * @param after the schema's text; empty where the role has none any more
 * @returns the changes, worst first, then by path and message
 * @throws GraphqlError when one of the texts is no GraphQL schema
 */
export async function apiChanges(before: string, after: string): Promise<readonly ApiChange[]> {
  if (before === after) return [];
  const [was, is] = [schemaOf(before, 'before'), schemaOf(after, 'after')];
  if (!was || !is) return [wholeApi(is ?? was, is ? 'added' : 'removed')];
  const { diff } = await import('@graphql-inspector/core');
  const sides = sidesOf(was, is);
  const changes = essential(sides, await diff(was, is)).map((change) => ({
    level: levelOf(change, is),
    path: change.path ?? '',
    message: change.message,
    count: 1,
  }));
  return sortedBy(fold(sides, changes), ({ level, path, message }) => [String(LEVELS.indexOf(level)), path, message]);
}

const schemaOf = (sdl: string, which: 'before' | 'after'): GraphQLSchema | undefined =>
  sdl.trim() === '' ? undefined : parseSchema(sdl, which);

function wholeApi(schema: GraphQLSchema | undefined, happened: 'added' | 'removed'): ApiChange {
  const count = schema ? derive(schema).view.elements.size : 0;
  return happened === 'added'
    ? { level: 'safe', path: '', message: 'The role had no GraphQL API, and has one now.', count }
    : { level: 'breaking', path: '', message: 'The role has no GraphQL API any more.', count };
}
