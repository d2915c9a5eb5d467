import type { DatabaseFunction } from '../../../catalog/functions.ts';
import { quoteIdentifier } from '../../../sql/quote.ts';
import type { Draft, MutationSubject } from '../subject.ts';

const VOLATILITIES = ['immutable', 'stable', 'volatile'] as const;
const PARALLEL = ['safe', 'restricted', 'unsafe'] as const;

/**
 * Each property of each function, changed: with whose rights it runs, where it finds names, what the planner may do with it. Of
 * one that no client can come to, only the owner is: nothing else about it makes a difference to anybody.
 */
export function functionModes(subject: MutationSubject): Draft[] {
  return subject.catalog.functions
    .filter(({ kind }) => kind === 'function' || kind === 'procedure')
    .flatMap((routine) =>
      subject.unreachable.object(routine.schema, subject.concernsOf(routine.signature))
        ? ownerDrafts(subject, routine)
        : [
            ...securityDrafts(subject, routine),
            ...ownerDrafts(subject, routine),
            ...settingDrafts(subject, routine),
            ...plannerDrafts(subject, routine),
          ],
    );
}

function modeDraft(
  { concernsOf }: MutationSubject,
  routine: DatabaseFunction,
  operator: string,
  change: string,
  place = '',
): Draft {
  return {
    operator,
    object: routine.signature,
    place,
    what: `${routine.signature}: ${change}`,
    sql: `alter ${routine.kind} ${routine.identity} ${change};`,
    concerns: concernsOf(routine.signature),
    kind: 'access',
  };
}

function securityDrafts(subject: MutationSubject, routine: DatabaseFunction): Draft[] {
  const to = routine.securityDefiner ? 'invoker' : 'definer';
  return [modeDraft(subject, routine, `function-security-${to}`, `security ${to}`)];
}

function ownerDrafts(subject: MutationSubject, routine: DatabaseFunction): Draft[] {
  return subject.roles
    .filter(({ name }) => name !== routine.owner)
    .map(({ name, sql }) => ({
      ...modeDraft(subject, routine, 'function-owner', `owner to ${sql}`, name),
      needs: 'superuser',
    }));
}

/** Without a setting, and with a search path in which a caller's temporary objects come first. */
function settingDrafts(subject: MutationSubject, routine: DatabaseFunction): Draft[] {
  const names = routine.settings.map((setting) => setting.slice(0, setting.indexOf('=')));
  const removed = names.map((name) => {
    const setting = name.split('.').map(quoteIdentifier).join('.');
    const operator = name === 'search_path' ? 'function-search-path-removed' : 'function-setting-removed';
    return modeDraft(subject, routine, operator, `reset ${setting}`, name === 'search_path' ? '' : name);
  });
  const path = routine.settings.find((setting) => setting.startsWith('search_path='))?.slice('search_path='.length);
  const first = path === undefined ? 'pg_temp, public' : `pg_temp, ${path.replace(/(?:^|,\s*)pg_temp\s*$/, '')}`;
  const changed = first.trim().replace(/,\s*(?:"")?$/, '');
  if (changed === path) return removed;
  return [...removed, modeDraft(subject, routine, 'function-search-path-changed', `set search_path = ${changed}`)];
}

/**
 * No planner sees a function that only triggers call, and a procedure has none of these properties. One without
 * arguments is as strict as it can be.
 */
function plannerDrafts(subject: MutationSubject, routine: DatabaseFunction): Draft[] {
  if (routine.kind === 'procedure') return [];
  const draft = (operator: string, change: string, place = ''): Draft =>
    modeDraft(subject, routine, operator, change, place);
  const volatility = VOLATILITIES.filter((one) => one !== routine.volatility).map((one) =>
    draft('function-volatility', one, one),
  );
  if (routine.trigger) return volatility;
  return [
    ...volatility,
    { ...draft('function-leakproof', routine.leakproof ? 'not leakproof' : 'leakproof'), needs: 'superuser' },
    ...(routine.parameters.length > 0
      ? [draft('function-strict', routine.strict ? 'called on null input' : 'strict')]
      : []),
    ...PARALLEL.filter((one) => one !== routine.parallel).map((one) => ({
      ...draft('function-parallel', `parallel ${one}`, one),
      kind: 'other' as const,
    })),
  ];
}
