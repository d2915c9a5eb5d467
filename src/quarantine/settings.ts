import { z } from 'zod';
import { name, type Settings } from '../settings.ts';

const file = z.string().regex(/\.sql$/, 'must be a file of SQL');

/** How quarantined rows are restored: by the sections of the migrations that would have carried them, over those rows only. */
export const restoreSettings = z.strictObject({
  /** The schema that the sections read the old tables from. */
  from: name,
  /** The stand-in schema that they read instead. It is created and dropped, and must not exist before. */
  through: name,
  /** A query of `source` (schema.table, as the quarantine names it) and `columns`, as a table definition has them. */
  definitions: z.string().min(1),
  /** The file that runs first and defines the functions that the sections call, below the folder of the migrations. */
  before: file,
  /** The sections, parents first, as the committed migrations include them: files below the fixtures. */
  sections: z.array(file).min(1),
  /** The file that runs last, below the folder of the migrations. */
  after: file,
});

export type RestoreSettings = Settings<typeof restoreSettings>;

/** Every mistake in how the settings fit together, each with its path; a single setting's shape is checked by zod. */
export function* restoreMistakes({ from, through, sections }: RestoreSettings): Iterable<string> {
  if (from === through) yield `legacy.restore.through: ${through} has to be another schema than \`from\``;
  for (const section of new Set(sections.filter((one, at) => sections.indexOf(one) !== at)))
    yield `legacy.restore.sections: ${section} is named twice`;
}
