import type pg from 'pg';

/** A note of a migration about undeclared objects, and what it did about them. */
export interface MigrationNote {
  readonly migration: string;
  readonly note: string;
  /** The tables, columns or other objects that the note is about. */
  readonly subjects: readonly string[];
}

/**
 * Reads the notes of the migrations, each with all of its subjects. Notes about few subjects come first: they are the ones
 * that a person would overlook.
 * @param relation with the columns migration, subject and note
 */
export async function readMigrationNotes(client: pg.Client, relation: string): Promise<MigrationNote[]> {
  const { rows } = await client.query<MigrationNote>(
    `select migration, note, json_agg(distinct subject order by subject) as subjects
       from ${relation} group by 1, 2 order by count(distinct subject), 2, 1`,
  );
  return rows;
}
