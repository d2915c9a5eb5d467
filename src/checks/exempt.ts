import type { Deviation } from '../report/deviation.ts';
import { declaredIn } from '../report/layout.ts';
import type { Found } from './check.ts';
import type { Exemption } from './settings.ts';

/** The findings that are not exempt, as deviations. An exemption that matches no finding is a deviation itself. */
export function withoutExempt(found: readonly Found[], exempt: readonly Exemption[]): Deviation[] {
  const lets = (exemption: Exemption, { check, object }: Found) =>
    exemption.check === check.id && exemption.object === object;
  const deviating = found.filter((one) => !exempt.some((exemption) => lets(exemption, one)));
  const idle = exempt.filter((exemption) => !found.some((one) => lets(exemption, one)));
  return [...deviating.map(asDeviation), ...idle.map(asIdle)];
}

function asDeviation({ check, object, seen, evidence }: Found): Deviation {
  return {
    check: 'catalog',
    where: `${object} · ${check.id}`,
    expected: check.expected,
    seen,
    evidence,
    fix: `docs/checks/${check.id}.md explains the rule and the fix. If it is intended, add an exemption with the reason to ${declaredIn('ruled.exempt')}.`,
  };
}

function asIdle({ check, object, reason }: Exemption): Deviation {
  return {
    check: 'catalog',
    where: `${object} · ${check}`,
    expected: `something to exempt, since “${reason}”`,
    seen: 'nothing',
    fix: `Delete the exemption from ${declaredIn('ruled.exempt')}, or correct the object that it names.`,
  };
}
