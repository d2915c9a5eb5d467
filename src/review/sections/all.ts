import type { Collision } from '../collisions.ts';
import type { StateFacts } from '../facts.ts';
import type { ReviewSection } from '../model.ts';
import { accessSection } from './access.ts';
import { apiSection } from './api.ts';
import { dataSection } from './data.ts';
import { functionsSection } from './functions.ts';
import { migrationSection } from './migration.ts';
import { notEvaluatedSection } from './not-evaluated.ts';
import { plansSection } from './plans.ts';
import { structureSection } from './structure.ts';

/** A state with the pages that are checked in with it. */
export interface ComparedState {
  /** Undefined where they could not be gathered. */
  readonly facts: StateFacts | undefined;
  readonly functionsPage: string | undefined;
  readonly plansPage: string | undefined;
}

/** Compares two states in every section, in the order in which they are read. */
export async function sectionsOf(
  before: ComparedState,
  after: ComparedState & { readonly facts: StateFacts },
  collisions: readonly Collision[],
): Promise<ReviewSection[]> {
  return [
    accessSection(before.facts, after.facts),
    functionsSection(before.functionsPage, after.functionsPage),
    await apiSection(before.facts, after.facts),
    structureSection(before.facts, after.facts),
    dataSection(after.facts),
    migrationSection(before.facts, after.facts, collisions),
    plansSection(before.plansPage, after.plansPage),
    notEvaluatedSection('Mutants', '`npx rolecall mutate --changed` tries mutants of what changed.'),
  ];
}
