import type { FunctionOutcome, PrivilegeCell } from '../../access/model.ts';
import { transcript } from '../../access/transcript.ts';
import type { JudgedReach } from '../../proof/reach.ts';
import type { AccessFacts, JudgedCall, OpenRow } from '../facts.ts';
import type { ReviewItem } from '../model.ts';
import type { Callers } from './callers.ts';

interface ChangedCall {
  readonly call: JudgedCall;
  readonly before: FunctionOutcome | undefined;
}

/** The functions that became executable for somebody, or no longer are. */
export function callItems(before: AccessFacts, after: AccessFacts, callers: Callers): ReviewItem[] {
  const key = ({ signature, persona }: JudgedCall): string => JSON.stringify([signature, persona]);
  const was = new Map(before.calls.map((call) => [key(call), call.outcome]));
  const changed = after.calls
    .map((call): ChangedCall => ({ call, before: was.get(key(call)) }))
    .filter((one) => one.call.outcome !== one.before && (one.before !== undefined || one.call.outcome === 'allowed'));
  const groups = Map.groupBy(changed, ({ call, before: old }) =>
    JSON.stringify([call.signature, old, call.outcome, call.declared]),
  );
  return [...groups.values()].map((group) => callItem(group, callers));
}

function callItem(group: readonly ChangedCall[], callers: Callers): ReviewItem {
  const outside = group.filter(({ call }) => callers.isOutsider(call.persona));
  const first = outside[0] ?? group[0];
  if (!first) throw new Error('A group of calls has none.');
  const { call, before } = first;
  const names = group.map((one) => one.call.persona).join(', ');
  const persona = callers.persona(call.persona);
  const opens = call.outcome === 'allowed';
  const undeclared = opens && !call.declared;
  return {
    level: undeclared ? 'stop' : before === undefined && outside.length === 0 ? 'note' : 'look',
    isOutside: opens && outside.length > 0,
    title: `${names} ${opens ? 'now may' : WORDS[call.outcome]} execute ${call.signature}`,
    details: [
      before === undefined ? 'the function is new' : `before: ${before}; now: ${call.outcome}`,
      ...(undeclared ? ['the spec of this change does not declare it'] : []),
    ],
    ...(persona ? { evidence: transcript(persona, call) } : {}),
    ...(undeclared ? { refusal: 'undeclared opening' } : {}),
  };
}

const WORDS: Readonly<Record<FunctionOutcome, string>> = {
  allowed: 'now may',
  'no grant': 'no longer may',
  refused: 'are now refused when they',
  'not evaluated': 'could not be asked whether they may',
};

/** Privileges that row security does not govern, which a role has now or no longer has. */
export function privilegeItems(before: AccessFacts, after: AccessFacts): ReviewItem[] {
  const key = ({ object, privilege, role }: PrivilegeCell): string => JSON.stringify([object, privilege, role]);
  const was = new Map(before.privileges.map((one) => [key(one), one.outcome]));
  return after.privileges.flatMap((one): ReviewItem[] => {
    const old = was.get(key(one)) ?? 'no grant';
    if (old === one.outcome || one.outcome === 'not evaluated') return [];
    const { role, privilege, object, statement, before: first } = one;
    return [
      {
        level: 'look',
        title: `role ${role} ${one.outcome === 'allowed' ? 'now has' : 'no longer has'} ${privilege} on ${object}`,
        evidence: transcript({ role, settings: {} }, { statement }, first),
      },
    ];
  });
}

/** Rows that callers reach against the spec and that are in no cell: variants of the world's rows, and callers that are no persona. */
export function openRowItems(before: AccessFacts | undefined, after: AccessFacts, callers: Callers): ReviewItem[] {
  const key = ({ caller, table, command, row }: OpenRow): string => JSON.stringify([caller, table, command, row]);
  const was = new Set(before?.openRows.map(key));
  const fresh = after.openRows.filter((one) => !was.has(key(one)));
  const groups = Map.groupBy(fresh, ({ table, command, row }) => JSON.stringify([table, command, row]));
  return [...groups.values()].flatMap((group): ReviewItem[] => {
    const outside = group.filter(({ caller, automatic }) => automatic || callers.isOutsider(caller));
    const first = outside[0] ?? group[0];
    if (!first) return [];
    const { table, command, row, evidence } = first;
    const names = [...new Set(group.map(({ caller }) => caller))];
    const shown =
      names.length > MOST ? `${names.slice(0, MOST).join('; ')} and ${names.length - MOST} more` : names.join('; ');
    return [
      {
        level: 'stop',
        isOutside: outside.length > 0,
        title: `${shown} now may ${command} ${table} (${row})`,
        details: ['no spec declares it: they may do no more than every persona of the role'],
        evidence,
        refusal: 'undeclared opening',
      },
    ];
  });
}

/** Everything that roles of clients reach now outside of the declared schemas; where nobody declared it, it refuses the change. */
export function reachItems(before: AccessFacts | undefined, { reached }: AccessFacts): ReviewItem[] {
  const key = ({ where, declared }: JudgedReach): string => JSON.stringify([where, declared]);
  const was = new Set(before?.reached.map(key));
  return reached
    .filter((one) => !was.has(key(one)))
    .map(({ where, expected, seen, evidence, fix, declared }): ReviewItem => {
      const shared = { isOutside: true, title: `${where}: ${seen}`, ...(evidence === undefined ? {} : { evidence }) };
      return declared
        ? { ...shared, level: 'look', details: ['the spec of this change declares it'] }
        : { ...shared, level: 'stop', details: [`expected: ${expected}`], fix, refusal: 'undeclared opening' };
    });
}

/** How many callers a title names. */
const MOST = 4;
