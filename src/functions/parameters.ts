import type pg from 'pg';
import type { DatabaseFunction } from '../catalog/functions.ts';
import { readRows } from '../catalog/scope.ts';
import { quoteLiteral } from '../sql/quote.ts';

/** The kind of values that a type has. */
export interface ParameterType {
  /** The name of the type, as `format_type` gives it. */
  readonly type: string;
  readonly kind: 'base' | 'composite' | 'enum' | 'domain' | 'pseudo' | 'range';
  /** The letter of pg_type.typcategory: `A` arrays, `B` booleans, `D` times, `N` numbers, `S` strings, `U` user-defined. */
  readonly category: string;
  /** The type of an array's elements, or the one that a domain is over; null for others. */
  readonly over: string | null;
  /** The labels of an enum. */
  readonly labels: readonly string[];
  /** The relation of which a composite type is the row, quoted where SQL needs it. */
  readonly relation: string | null;
}

/** A parameter that a call passes. */
export interface Parameter extends ParameterType {
  /** Its name; empty where it has none. */
  readonly name: string;
  readonly variadic: boolean;
  readonly mode: 'in' | 'inout' | 'out';
}

/** A function, and what a call of it may pass. */
export interface Callable {
  readonly function: DatabaseFunction;
  readonly parameters: readonly Parameter[];
  /** How many of the last parameters have a default. */
  readonly defaults: number;
}

interface TypeRow extends ParameterType {
  readonly asked: string;
}

const typesQuery = (types: readonly string[]): string => `
  select t.asked, format_type(y.oid, null) as type, y.typcategory as category,
         case y.typtype when 'c' then 'composite' when 'e' then 'enum' when 'd' then 'domain' when 'p' then 'pseudo' when 'b' then 'base' else 'range' end as kind,
         case when y.typtype = 'd' then format_type(y.typbasetype, null) when y.typelem <> 0 and y.typcategory = 'A' then format_type(y.typelem, null) end as over,
         array(select e.enumlabel::text from pg_enum e where e.enumtypid = y.oid order by e.enumsortorder) as labels,
         (select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where c.oid = y.typrelid and c.relkind <> 'c') as relation
    from unnest(array[${types.map(quoteLiteral).join(', ')}]::text[]) t (asked) join pg_type y on y.oid = to_regtype(t.asked)`;

const defaultsQuery = (functions: readonly DatabaseFunction[]): string => `
  select f.identity, p.pronargdefaults::int as defaults
    from unnest(array[${functions.map(({ identity }) => quoteLiteral(identity)).join(', ')}]::text[]) f (identity)
    join pg_proc p on p.oid = to_regprocedure(f.identity)`;

/**
 * The parameters of each function that a statement can call: not trigger functions, nor those with a parameter of a type
 * that SQL has no value of (`internal`).
 */
export async function readCallables(
  client: pg.Client,
  functions: readonly DatabaseFunction[],
): Promise<{ callables: Callable[]; typeOf: (name: string) => ParameterType | undefined }> {
  const types = new Map<string, ParameterType>();
  let unknown = [...new Set(functions.flatMap(({ parameters }) => parameters.map(({ type }) => type)))];
  while (unknown.length > 0) {
    for (const { asked, ...type } of await readRows<TypeRow>(client, typesQuery(unknown))) types.set(asked, type);
    unknown = [...types.values()].flatMap(({ over }) => (over !== null && !types.has(over) ? [over] : []));
  }
  const defaults = new Map(
    (await readRows<{ identity: string; defaults: number }>(client, defaultsQuery(functions))).map((row) => [
      row.identity,
      row.defaults,
    ]),
  );
  const callables = functions.flatMap((called): Callable[] => {
    const given = called.kind === 'procedure' ? called.arguments : called.arguments.filter(isInput);
    const parameters = called.parameters.flatMap(({ type, variadic }, index): Parameter[] => {
      const known = types.get(type);
      const { name = '', mode = 'in' } = given[index] ?? {};
      if (!known || type === 'internal') return [];
      return [{ ...known, name, variadic, mode: mode === 'inout' || mode === 'out' ? mode : 'in' }];
    });
    if (called.trigger || parameters.length < called.parameters.length) return [];
    return [{ function: called, parameters, defaults: defaults.get(called.identity) ?? 0 }];
  });
  return { callables, typeOf: (name) => types.get(name) };
}

const isInput = ({ mode }: DatabaseFunction['arguments'][number]): boolean => mode !== 'out' && mode !== 'table';
