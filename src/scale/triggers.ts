import { placesInWords, type TableRule } from './finding.ts';

/**
 * Triggers of distributed and reference tables run on the nodes, once for each shard, and need
 * citus.enable_unsafe_triggers. One that reads only its own row works there unchanged.
 */
export const triggerRule: TableRule = function* (table, place, input) {
  if (place.kind === 'local') return;
  for (const trigger of table.triggers) {
    const base = { rule: 'trigger' as const, where: table.id, object: `${trigger.function}() in triggers` };
    const reached = input.references
      .ofName(trigger.function)
      .flatMap((references) => [...input.references.reached(references)]);
    const touched = new Set(reached.filter((id) => input.byId.has(id)));
    const moved = place.kind === 'distributed' && trigger.columns.includes(place.column);
    if (touched.size === 0 && !moved) {
      const alone = `${trigger.name} reads its own row only, and stays; it needs citus.enable_unsafe_triggers`;
      yield { ...base, status: 'changed', says: alone };
      continue;
    }
    yield {
      ...base,
      status: 'broken',
      says: moved
        ? `${trigger.name} fires when ${trigger.columns.join(', ')} changes, which Citus does not allow`
        : `${trigger.name} runs on a node, and touches ${placesInWords(touched, input)}`,
      fix: 'Do it in the function that writes the rows, which runs on the coordinator, or settle what is done instead.',
      change: { drop: [`drop trigger ${trigger.sql} on ${table.sql};`], was: trigger.definition },
    };
  }
};
