import { defineCheck, policiesOf } from '../check.ts';

interface Permission {
  readonly table: string;
  readonly name: string;
  readonly command: string;
  readonly role: string;
}

export const onePermissivePolicy = defineCheck<Permission>({
  id: 'one-permissive-policy',
  expected: 'one permissive policy for each command and role',
  // A policy for all commands is one for each, and one to public is one for each role that others name.
  query: `
    select p."table", p.name, c.command, r.role
      from policies p
      join (values ('r', 'select'), ('a', 'insert'), ('w', 'update'), ('d', 'delete')) c (letter, command)
        on p.polcmd in (c.letter::"char", '*')
      cross join lateral (
        select case o when 0 then 'public' else o::regrole::text end as role
          from pg_policy q, unnest(q.polroles) o
         where q.polrelid = p.polrelid and (o = any (p.polroles) or 0 = any (p.polroles))
         group by 1) r
     where p.polpermissive
     order by p."table", c.letter, r.role, p.name`,
  offences: (rows) => {
    const groups = Map.groupBy(rows, ({ table, command, role }) => JSON.stringify([table, command, role]));
    const crowded = [...groups.values()].filter((group) => group.length > 1);
    return [...Map.groupBy(crowded, (group) => group[0]?.table ?? '')].map(([table, found]) => ({
      object: table,
      seen: found.map(crowd).join('; '),
      evidence: policiesOf(table),
    }));
  },
});

function crowd(group: readonly Permission[]): string {
  const names = group.map(({ name }) => `“${name}”`).join(' and ');
  return `${group[0]?.command} by ${group[0]?.role}: ${names}`;
}
