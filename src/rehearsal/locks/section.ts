import pg from 'pg';
import { readStructure, type StructureLine } from '../../catalog/structure.ts';
import { withClient } from '../../database/connect.ts';
import { DatabaseError } from '../../database/error.ts';
import { MigrationError } from '../../migrations/graphile-migrate.ts';
import { html } from '../report/markup.ts';
import type { Section, SectionMaker } from '../section.ts';
import { observationHtml } from './html.ts';
import type { Observation } from './observation.ts';
import { observeMigrations } from './observe.ts';
import { pendingMigrations } from './pending.ts';
import { verdict } from './summary.ts';
import { observationText } from './text.ts';

const TITLE = 'Locks, and who waits';

/**
 * Observes the migrations on copies of the copy, before it is migrated itself. Afterwards the catalogs to which the
 * observed run led are compared with those of graphile-migrate's own: what was observed is what happens.
 */
export const locks: SectionMaker = async ({ config, kind, urls, tell }) => {
  if (kind === 'embedded')
    return notEvaluated('the embedded engine runs one session at a time; name a server with DATABASE_URL');
  const migrations = await pendingMigrations(urls);
  if (migrations.length === 0) return async () => undefined;
  const workload = config.legacy?.workload ?? { reads: [], writes: [] };
  let observation: Observation;
  try {
    observation = await observeMigrations(urls, migrations, workload, tell);
  } catch (error) {
    // What the server refuses, such as a copy for which it has no space, is no reason to rehearse nothing else.
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

/** The section of the report. @param unlike objects that graphile-migrate's run left otherwise than the observed one */
export function locksSection(observation: Observation, unlike: readonly string[] = []): Section {
  const warning =
    unlike.length > 0
      ? [
          `What is below was observed on a run that ended in other catalogs than graphile-migrate's (${unlike.slice(0, 5).join(', ')}${unlike.length > 5 ? ` and ${unlike.length - 5} more` : ''}).`,
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
export function differences({ alone }: Observation, structure: readonly StructureLine[]): string[] {
  if (alone.failure) return [];
  const was = new Map(alone.structure.map(({ object, definition }) => [object, definition]));
  const is = new Map(structure.map(({ object, definition }) => [object, definition]));
  return [...new Set([...was.keys(), ...is.keys()])].filter((object) => was.get(object) !== is.get(object));
}

function notEvaluated(why: string): () => Promise<Section> {
  return async () => ({
    title: TITLE,
    text: `not evaluated: ${why}`,
    html: html`<p>Not evaluated: ${why}.</p>`.text,
    data: { notEvaluated: why },
  });
}
