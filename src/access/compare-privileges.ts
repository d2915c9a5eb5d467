import type { Deviation, Findings, NotEvaluated } from '../report/deviation.ts';
import { declaredIn } from '../report/layout.ts';
import { PRIVILEGES, type Privilege, type PrivilegeCell, type PrivilegeSpec } from './model.ts';
import { parsePrivileges } from './spec.ts';
import { transcript } from './transcript.ts';

interface Line {
  readonly object: string;
  readonly role: string;
  readonly privilege: Privilege;
}

/** Holds the privileges that row security does not govern against the few that are declared. */
export function comparePrivileges(cells: readonly PrivilegeCell[], spec: PrivilegeSpec): Findings {
  const lines = linesOf(spec);
  const declared = new Set(lines.map(keyOf));
  const tried = new Set(cells.map(keyOf));
  const known = new Set(cells.map(({ privilege }) => privilege));
  const differing = cells.filter(
    (cell) => cell.outcome !== 'not evaluated' && (cell.outcome === 'allowed') !== declared.has(keyOf(cell)),
  );
  return {
    deviations: [
      ...onceForAll(differing),
      // A server may not have a privilege at all (MAINTAIN came with PostgreSQL 17): then a line says nothing there.
      ...lines
        .filter((line) => !tried.has(keyOf(line)) && (known.has(line.privilege) || line.privilege !== 'MAINTAIN'))
        .map(without),
    ],
    notEvaluated: cells.filter(({ outcome }) => outcome === 'not evaluated').map(unclear),
  };
}

function linesOf(spec: PrivilegeSpec): Line[] {
  return Object.entries(spec).flatMap(([object, roles]) =>
    Object.entries(roles).flatMap(([role, text]) =>
      (parsePrivileges(text) ?? []).map((privilege) => ({ object, role, privilege })),
    ),
  );
}

/** One object is one deviation for all roles that have the same privileges on it, shown as the first of them. */
function onceForAll(cells: readonly PrivilegeCell[]): Deviation[] {
  const byRole = Map.groupBy(cells, ({ object, outcome, role }) => [object, outcome, role].join('\n'));
  const alike = Map.groupBy([...byRole.values()], (own) =>
    [own[0]?.object, own[0]?.outcome, ...own.map(({ privilege }) => privilege)].join('\n'),
  );
  return [...alike.values()].flatMap((groups) => {
    const own = groups[0] ?? [];
    const [first] = own;
    if (!first) return [];
    const roles = groups.flatMap((group) => group[0]?.role ?? []).join(', ');
    const isOpen = first.outcome === 'allowed';
    return [
      {
        check: 'access' as const,
        where: `${roles} · ${own.map(({ privilege }) => privilege).join(', ')} · ${first.object}`,
        expected: isOpen ? 'denied' : 'allowed',
        seen: first.detail && !isOpen ? `${first.outcome} (${first.detail})` : first.outcome,
        evidence: transcript({ role: first.role, settings: {} }, first, first.before),
        fix: isOpen
          ? `Revoke it, from public and from the roles by name, or declare it among the privileges in ${declaredIn('access')}.`
          : `Grant it, or remove it from the privileges in ${declaredIn('access')}.`,
      },
    ];
  });
}

function without({ object, role, privilege }: Line): Deviation {
  return {
    check: 'access',
    where: `${role} · ${privilege} · ${object}`,
    expected: 'what the access spec declares, proved',
    seen: 'there is no such object, role, or privilege of it',
    fix: `Write the object as "schema.table", "schema name" or "sequence schema.name", a role that a persona has, and one of ${PRIVILEGES.join(', ')}; or remove the line.`,
  };
}

function unclear({ object, privilege, role, detail }: PrivilegeCell): NotEvaluated {
  return {
    check: 'access',
    where: `${role} · ${privilege} · ${object}`,
    why: detail ?? 'The statement was not run.',
  };
}

const keyOf = ({ object, role, privilege }: Line): string => [object, role, privilege].join('\n');
