import { isTable, type Relation } from '../../catalog/relations.ts';
import { quoteIdentifier } from '../../sql/quote.ts';
import type { Mutant } from '../mutant.ts';
import type { MutableCatalog, MutationSettings } from './catalog.ts';
import { type ConcernsOf, concernsIn } from './concerns.ts';
import type { OtherLabels } from './edits/constants.ts';
import { type Holdings, holdingsOf } from './holdings.ts';
import { type Unreachable, unreachableIn } from './privileges/unreachable.ts';

/** The input of every operator. */
export interface MutationSubject {
  readonly catalog: MutableCatalog;
  readonly roles: readonly MutatedRole[];
  /** The tables that are no partitions: a partition is changed with its parent. */
  readonly tables: readonly Relation[];
  readonly labels: OtherLabels;
  readonly holdings: Holdings;
  readonly concernsOf: ConcernsOf;
  readonly unreachable: Unreachable;
}

export interface MutatedRole {
  readonly name: string;
  readonly sql: string;
}

/** A family of changes: everything that one file of this room makes of a catalog. */
export type Operator = (subject: MutationSubject) => readonly Draft[];

/** A mutant before it has its id: `place` says which of an operator's changes of the object it is. */
export type Draft = Omit<Mutant, 'id'> & { readonly place: string };

export function mutationSubject(catalog: MutableCatalog, { roles }: MutationSettings): MutationSubject {
  const columns = catalog.relations.flatMap((relation) => relation.columns);
  const labels = columns.flatMap(({ labels: all }) =>
    (all ?? []).map((label, index, list): [string, string] => [label, list[(index + 1) % list.length] ?? label]),
  );
  const clients = roles.filter((name) => catalog.roles.some((role) => role.name === name));
  const [holdings, concernsOf] = [holdingsOf(catalog), concernsIn(catalog)];
  return {
    catalog,
    roles: clients.map((name) => ({ name, sql: quoteIdentifier(name) })),
    tables: catalog.relations.filter(isTable),
    labels: new Map(labels.filter(([label, other]) => label !== other)),
    holdings,
    concernsOf,
    unreachable: unreachableIn(catalog, clients, holdings, concernsOf),
  };
}
