import type pg from 'pg';

/** What a migration met that nobody had declared, and what it decided; `subjects` are what it is about. */
export interface Noted {
  readonly migration: string;
  readonly note: string;
  readonly subjects: readonly string[];
}

/**
 * What the migrations noted, each note once with all that it is about. What is noted of few comes first: it is what
 * a person would overlook.
 * @param relation with the columns migration, subject and note
 */
export async function readNotes(client: pg.Client, relation: string): Promise<Noted[]> {
  const { rows } = await client.query<Noted>(
    `select migration, note, json_agg(distinct subject order by subject) as subjects
       from ${relation} group by 1, 2 order by count(distinct subject), 2, 1`,
  );
  return rows;
}
