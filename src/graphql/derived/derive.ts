import type { GraphQLSchema } from 'graphql';
import { byKey } from './by-key.ts';
import { globalIds } from './global-ids.ts';
import { lists } from './lists.ts';
import { mirrored } from './mirrored.ts';
import type { DerivingRule, Origin, Predicted, SchemaView } from './model.ts';
import { orderAndFilter } from './order-and-filter.ts';
import { mutations } from './payloads.ts';
import { reachable } from './reachable.ts';
import { viewOf } from './view.ts';

/** The elements of a schema that are there by rule, and those by which a rule does not hold. */
export interface Derivation {
  readonly view: SchemaView;
  /** The elements that are exactly as a rule predicts: path → from what each follows. */
  readonly derived: ReadonlyMap<string, Origin>;
  /** The elements that a rule predicts and the schema lacks: path → their text. */
  readonly missing: ReadonlyMap<string, string>;
  /** The names of what a type or field has, sorted: its members or arguments. */
  has(path: string): readonly string[];
  /** The texts of what a rule says that a type or field has, and it lacks; sorted. */
  lacks(path: string): readonly string[];
}

const RULES: readonly DerivingRule[] = [globalIds, orderAndFilter, lists, mirrored, byKey, mutations];

/**
 * Tells what PostGraphile derives from columns, indexes and keys apart from what a person has to read. It is done from
 * the schema alone, so that a text that was checked in long ago can be read too: each rule predicts elements, by the
 * names and shapes that PostGraphile gives them, and an element is derived only if it is exactly as predicted. So no
 * knowledge of a rule can hide a difference: what a rule does not predict is not derived, and what it predicts and is not
 * there is missing.
 */
export function derive(schema: GraphQLSchema): Derivation {
  const view = viewOf(schema);
  const { elements } = view;
  const predicted = new Map<string, Predicted>();
  for (const rule of RULES) {
    for (const one of rule(view)) if (!predicted.has(one.path)) predicted.set(one.path, one);
  }
  const all = [...predicted.values()];
  const isThere = ({ path, text }: Predicted): boolean => elements.get(path) === text;
  const groups = new Set(all.filter(({ path }) => elements.has(path)).map(({ together }) => together));
  const reached = reachable(schema);
  const derived = all.filter((one) => isThere(one) && (one.path.includes('.') || reached.has(one.path)));
  const missing = all.filter(
    ({ path, required, together }) =>
      required &&
      !elements.has(path) &&
      elements.has(parentOf(path)) &&
      (together === undefined || groups.has(together)),
  );
  const children = Map.groupBy([...elements.keys()].sort(), parentOf);
  const lacking = Map.groupBy(missing, ({ path }) => parentOf(path));
  return {
    view,
    derived: new Map(derived.map(({ path, origin }) => [path, origin])),
    missing: new Map(missing.map(({ path, text }) => [path, text])),
    has: (path) => (children.get(path) ?? []).map((child) => child.slice(path.length + 1)),
    lacks: (path) => (lacking.get(path) ?? []).map(({ text }) => text).sort(),
  };
}

/** `Type.field` → `Type`; empty for a type. */
const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('.')));
