import type pg from 'pg';
import type { Relation } from '../catalog/relations.ts';
import type { RoleRights } from './classify.ts';
import type { Command } from './model.ts';
import { type RelationPrivileges, readPrivileges } from './relation-privileges.ts';

/** The rights of each role, as the server's own functions tell them. */
export type Rights = (role: string) => RoleRights & { privileges(relation: Relation): RelationPrivileges };

/** Reads which rights roles have on relations, and on what views among them read. */
export async function readRights(
  client: pg.Client,
  roles: readonly string[],
  relations: readonly Relation[],
): Promise<Rights> {
  const privileges = await readPrivileges(client, roles, relations);
  const bySql = new Map(relations.map((relation) => [relation.sql, relation]));
  // A view with its owner's rights reads as the owner: a denial below it says nothing of who asks.
  const basesOf = (relation: Relation, visited = new Set<string>()): Relation[] =>
    (relation.securityInvoker ? relation.reads : []).flatMap((sql) => {
      const base = bySql.get(sql);
      if (!base || visited.has(sql)) return [];
      visited.add(sql);
      return [base, ...basesOf(base, visited)];
    });
  return (role) => ({
    privileges: (relation) => privileges(role, relation),
    lacksUsage: (relation) => !privileges(role, relation).usage,
    lacks(relation, command) {
      const { usage, full } = privileges(role, relation);
      return !usage || !needed(command).every((one) => full.includes(one));
    },
    holds(relation, command) {
      const own = privileges(role, relation);
      return own.usage && (command === 'delete' ? own.delete : own[command].length > 0);
    },
    basesOf: (relation) => basesOf(relation),
  });
}

/** A write that finds its rows by a column reads that column too. */
const needed = (command: Command): Command[] =>
  command === 'update' || command === 'delete' ? [command, 'select'] : [command];
