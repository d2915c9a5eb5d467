import { z } from 'zod';
import { path, type Settings } from '../settings.ts';

/** How the committed migrations are exported for Supabase's command line. */
export const supabaseSettings = z.strictObject({
  /** The folder of the exported migrations: `supabase/migrations`, where Supabase's command line looks for them. */
  migrations: path,
});

export type SupabaseSettings = Settings<typeof supabaseSettings>;
