import type { Draft, MutationSubject } from '../subject.ts';
import { PRIVILEGES } from './policy-text.ts';

/**
 * Row security of each table off (or on), and for its owner too. An owner whom row security does not hold for in any case (a
 * superuser, one with BYPASSRLS) is not held by FORCE either. Where nobody has a privilege whom row security holds for and as
 * whom a client comes there, by itself or by the owner of a function or view, it decides nothing: that is no mutant.
 */
export function rowSecurity({ catalog, roles, tables, holdings, concernsOf }: MutationSubject): Draft[] {
  const asWhom = [
    ...roles.map(({ name }) => name),
    ...catalog.functions.filter(({ securityDefiner }) => securityDefiner).map(({ owner }) => owner),
    ...catalog.relations
      .filter(({ reads, securityInvoker }) => reads.length > 0 && !securityInvoker)
      .map(({ owner }) => owner),
  ];
  return tables.flatMap(({ id, sql, owner, rowSecurity: on, forceRowSecurity: forced }) => {
    const draft = (operator: string, change: string): Draft => ({
      operator,
      object: id,
      place: '',
      what: `${id}: ${change}`,
      sql: `alter table ${sql} ${change};`,
      concerns: concernsOf(id),
      kind: 'access',
    });
    if (!holdings.governed(asWhom, sql, PRIVILEGES.all)) return [];
    return [
      on
        ? draft('row-security-off', 'disable row level security')
        : draft('row-security-on', 'enable row level security'),
      ...(holdings.bypasses(owner)
        ? []
        : [forced ? draft('force-off', 'no force row level security') : draft('force-on', 'force row level security')]),
    ];
  });
}
