import { versionOf } from './times.ts';

/** The names that Supabase's command line takes for migrations; it passes over every other file. */
const MIGRATION = /^([0-9]+)_.*\.sql$/;

/** Most file systems take 255 bytes. */
const LONGEST = 100;

/** The name of an exported migration: its time, and the words of the committed file, or its number where it has none. */
export function exportedName(file: string, time: number): string {
  const [, number = '', words = ''] = /^(\d+)-?(.*)\.sql$/.exec(file) ?? [];
  const name = words
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .slice(0, LONGEST)
    .replaceAll(/^_+|_+$/g, '');
  return `${versionOf(time)}_${name || `migration_${number}`}.sql`;
}

/** The version under which Supabase's command line remembers a file; undefined of a file that is no migration to it. */
export const versionIn = (name: string): string | undefined => MIGRATION.exec(name)?.[1];

/** The rest of an exported name, which Supabase's history keeps too. */
export const wordsIn = (name: string): string => name.slice(name.indexOf('_') + 1, -'.sql'.length);
