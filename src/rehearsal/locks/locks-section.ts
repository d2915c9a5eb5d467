import pg from 'pg';
import { readStructure, type StructureLine } from '../../catalog/structure.ts';
import { withClient } from '../../database/connect.ts';
import { DatabaseError } from '../../database/error.ts';
import { MigrationError } from '../../migrations/graphile-migrate.ts';
import { html } from '../../report/html/markup.ts';
import { pendingMigrations } from '../pending-migrations.ts';
import type { ReportSection, SectionBuilder } from '../report-section.ts';
import { observationHtml } from './html.ts';
import type { LocksObservation } from './observation.ts';
import { observeMigrations } from './observe.ts';
import { verdict } from './summary.ts';
import { observationText } from './text.ts';

const TITLE = 'Locks, and who waits';

/**
 * Observes the locks of the migrations on copies of the copy, before it is migrated itself. When the copy has been migrated,
 * the catalogs that the observed run led to are compared with its own: they must be equal for what was observed to be
 * what will happen.
 */
export const buildLocksSection: SectionBuilder = async ({ project, kind, urls, tell }) => {
  if (kind === 'embedded')
    return notEvaluated('the embedded engine runs one session at a time; name a server with DATABASE_URL');
  const migrations = await pendingMigrations(urls);
  if (migrations.length === 0) return async () => undefined;
  const workload = project.legacy.workload ?? { reads: [], writes: [] };
  let observation: LocksObservation;
  try {
    observation = await observeMigrations(urls, migrations, workload, tell);
  } catch (error) {
    // A server that refuses this, such as a copy for which it has no space, does not keep the rest from being rehearsed.
    if (!(error instanceof pg.DatabaseError || error instanceof DatabaseError || error instanceof MigrationError))
      throw error;
    return notEvaluated(error.message);
  }
  return async () =>
    locksSection(
      observation,
      await withClient(urls.main, async (client) => differences(observation, await readStructure(client))),
    );
};

/** @param unlike objects that the observed run defined otherwise than graphile-migrate's own run */
function locksSection(observation: LocksObservation, unlike: readonly string[]): ReportSection {
  const warning =
    unlike.length > 0
      ? [
          `The observed run ended with other catalogs than graphile-migrate's own run (${unlike.slice(0, 5).join(', ')}${unlike.length > 5 ? ` and ${unlike.length - 5} more` : ''}): the observations below may differ from what will happen.`,
        ]
      : [];
  return {
    title: TITLE,
    text: [...warning, observationText(observation)].join('\n'),
    html: html`${warning.map((line) => html`<p><strong>${line}</strong></p>\n`)}${observationHtml(observation)}`.text,
    data: {
      verdict: verdict(observation),
      ...observation,
      alone: { ...observation.alone, structure: undefined },
      unlike,
    },
  };
}

/** The objects that are not defined alike after both runs; none when one of them failed. */
function differences({ alone }: LocksObservation, structure: readonly StructureLine[]): string[] {
  if (alone.failure) return [];
  const was = new Map(alone.structure.map(({ object, definition }) => [object, definition]));
  const is = new Map(structure.map(({ object, definition }) => [object, definition]));
  return [...new Set([...was.keys(), ...is.keys()])].filter((object) => was.get(object) !== is.get(object));
}

function notEvaluated(why: string): () => Promise<ReportSection> {
  return async () => ({
    title: TITLE,
    text: `not evaluated: ${why}`,
    html: html`<p>Not evaluated: ${why}.</p>`.text,
    data: { notEvaluated: why },
  });
}
