import type { DatabaseFunction } from '../../catalog/functions.ts';
import { sortedBy } from '../../catalog/order.ts';
import { effectsOfRoutine } from '../../sql/effects.ts';
import { type Check, functionOf } from '../check.ts';
import type { RuledCatalog } from '../ruled.ts';
import { PINNED_PATH } from './definer-search-path.ts';

type Volatility = DatabaseFunction['volatility'];

/** Why a function is at least as volatile as that. */
interface Reason {
  readonly volatility: Volatility;
  readonly why: string;
}

const ORDER: readonly Volatility[] = ['immutable', 'stable', 'volatile'];
const isMore = (one: Volatility, other: Volatility): boolean => ORDER.indexOf(one) > ORDER.indexOf(other);

export const functionVolatility: Check = {
  id: 'function-volatility',
  expected: 'a volatility that its body keeps',
  offences: (ruled) =>
    sortedBy(
      ruled.functions.filter(
        ({ kind, language }) => kind !== 'aggregate' && kind !== 'window' && READ.includes(language),
      ),
      ({ identity }) => [identity],
    ).flatMap((routine) => {
      // One that is volatile may do everything.
      if (routine.volatility === 'volatile') return [];
      const why = [...new Set(reasonsOf(routine, ruled).map((reason) => reason.why))];
      if (why.length === 0) return [];
      return [
        {
          object: routine.identity,
          seen: `${routine.volatility}: ${why.join(', ')}`,
          evidence: functionOf(routine.identity),
        },
      ];
    }),
};

/** The languages whose bodies can be read. */
const READ = ['sql', 'plpgsql'];

/** Everything for which a function is declared steadier than it is. */
function reasonsOf(routine: DatabaseFunction, ruled: RuledCatalog): Reason[] {
  return everyReason(routine, ruled).filter(({ volatility }) => isMore(volatility, routine.volatility));
}

function everyReason(routine: DatabaseFunction, { all }: RuledCatalog): Reason[] {
  const effects = effectsIn(routine);
  if (!effects) return [{ volatility: 'volatile', why: 'the parser does not understand its body' }];
  return [
    ...effects.changes.map((change): Reason => ({ volatility: 'volatile', why: `has ${change}` })),
    // A trigger is never planned, and sees what its own statement wrote only if it takes a new snapshot.
    ...effects.reads.map(
      (relation): Reason => ({ volatility: routine.trigger ? 'volatile' : 'stable', why: `reads ${relation}` }),
    ),
    ...effects.values.map((value): Reason => ({ volatility: 'stable', why: `has ${value}` })),
    ...effects.calls.map((name): Reason => ({ volatility: volatilityOf(name, routine, all), why: `calls ${name}()` })),
    ...(effects.executesUnread ? [{ volatility: 'stable', why: 'executes a text' } as const] : []),
  ];
}

function effectsIn(routine: DatabaseFunction) {
  try {
    return effectsOfRoutine(routine);
  } catch {
    return undefined;
  }
}

/** Of several functions with one name the steadiest counts: which one is called depends on types. */
function volatilityOf(called: string, { settings }: DatabaseFunction, { functions, changing }: RuledCatalog['all']) {
  const name = called.replace(/^pg_catalog\./, '');
  if (name === SETS_PARAMETER) return 'stable';
  if (Object.hasOwn(changing, name)) return changing[name] ?? 'immutable';
  // With that path a name without a schema is PostgreSQL's own.
  const named = settings.includes(PINNED_PATH) ? [] : functions.filter((one) => one.name === name);
  const own = [...functions.filter((one) => `${one.schema}.${one.name}` === name), ...named];
  return ORDER.find((volatility) => own.some((one) => one.volatility === volatility)) ?? 'immutable';
}

/**
 * It is volatile for the order in which it runs, and changes no row. A function that has to set a parameter for its own
 * queries, such as the number of probes of a search, can still be stable.
 */
const SETS_PARAMETER = 'set_config';
