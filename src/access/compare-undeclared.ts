import { isTable, type Relation } from '../catalog/relations.ts';
import type { Deviation } from '../report/deviation.ts';
import { declaredIn } from '../report/layout.ts';
import { type Cell, COMMANDS, type Persona } from './model.ts';
import { transcript } from './transcript.ts';

/** A relation that has no line in the access spec, with who gets into it. */
export function undeclaredRelation(
  relation: Relation,
  cells: readonly Cell[],
  personas: ReadonlyMap<string, Persona>,
): Deviation {
  const own = cells.filter((cell) => cell.table === relation.id);
  const open = own.filter(({ outcome }) => outcome === 'allowed');
  const first = open[0];
  const persona = first && personas.get(first.persona);
  const unguarded = isTable(relation) && !relation.rowSecurity ? ', and row level security is off' : '';
  return {
    check: 'access',
    where: relation.id,
    expected: 'a line in the access spec',
    seen: [`none${unguarded}`, ...whoGetsIn(open), ...untried(own, open.length > 0)].join('; '),
    ...(first && persona ? { evidence: transcript(persona, first) } : {}),
    fix: `${guarded(relation)}, grant what is needed, and declare ${relation.id} in ${declaredIn('access')} with a row in ${declaredIn('world')}.`,
  };
}

const guarded = (relation: Relation): string =>
  isTable(relation)
    ? 'Enable row level security'
    : relation.kind === 'view'
      ? 'Give it security_invoker, so that it shows what its caller may see'
      : 'Take it out of reach, since policies cannot guard it';

/** `ann, bob may select, update`: those who may do the same together. */
function whoGetsIn(open: readonly Cell[]): string[] {
  const names = [...new Set(open.map(({ persona }) => persona))];
  const commandsOf = (name: string): string =>
    COMMANDS.filter((command) => open.some((cell) => cell.persona === name && cell.command === command)).join(', ');
  const together = Map.groupBy(names, commandsOf);
  return [...together].map(([commands, group]) => `${group.join(', ')} may ${commands}`);
}

/** That no persona got in can only be said where every persona was probed, on a row that exists. */
function untried(own: readonly Cell[], gotIn: boolean): string[] {
  const decided = new Set(['allowed', 'filtered', 'no grant', 'policy violation', 'refused', 'not possible']);
  const commands = COMMANDS.filter((command) => {
    const asked = own.filter((cell) => cell.command === command);
    return asked.length === 0 || asked.some(({ outcome }) => !decided.has(outcome));
  });
  if (commands.length === 0) return gotIn ? [] : ['no persona got in'];
  const whom = gotIn ? 'any other persona' : 'a persona';
  return [
    `whether ${whom} gets in was not evaluated for ${commands.join(', ')}: there is no row of it that could be asked about`,
  ];
}
