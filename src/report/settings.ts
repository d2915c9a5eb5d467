import { z } from 'zod';
import { name, path, type Settings } from '../settings.ts';

/** The layout of a project: the files and commands that messages name, and the files that `watch` observes. */
export const layoutSettings = z.strictObject({
  /** The file or folder in which a key of the configuration is declared, where that is not the configuration itself. */
  declared: z.record(name, path).optional(),
  /** Files and folders whose saves `watch` answers with a verdict, in addition to the configuration. */
  watched: z.array(path).optional(),
  /** How its people run a command of rolecall: what they type before the command's name. */
  run: name.optional(),
});

export type Layout = Settings<typeof layoutSettings>;
