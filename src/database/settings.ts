import { z } from 'zod';
import { name, path, type Settings } from '../settings.ts';

export const databaseSettings = z.strictObject({
  /** The name of the database that people develop on, on the embedded engine. */
  name,
  /** The folder in which the embedded engine keeps its databases; git ignores it. */
  folder: path,
  /** Extensions that the migrations create; a server that lacks one is refused before anything is done. */
  extensions: z.array(name),
});

export type DatabaseSettings = Settings<typeof databaseSettings>;
