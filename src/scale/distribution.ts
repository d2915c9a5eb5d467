import type { Distribution } from './settings.ts';

/** Where a table is placed. */
export type Place =
  | { readonly kind: 'distributed'; readonly group: string; readonly column: string }
  | { readonly kind: 'reference' }
  | { readonly kind: 'local'; readonly reason: string };

/** Table → where it is placed. */
export function placesOf({ groups, reference, local }: Distribution): Map<string, Place> {
  return new Map<string, Place>([
    ...Object.entries(groups).flatMap(([group, tables]) =>
      Object.entries(tables).map(([id, column]): [string, Place] => [id, { kind: 'distributed', group, column }]),
    ),
    ...reference.map((id): [string, Place] => [id, { kind: 'reference' }]),
    ...Object.entries(local).map(([id, reason]): [string, Place] => [id, { kind: 'local', reason }]),
  ]);
}

/** Tables that are placed twice. */
export function placedTwice({ groups, reference, local }: Distribution): string[] {
  const all = [...Object.values(groups).flatMap((tables) => Object.keys(tables)), ...reference, ...Object.keys(local)];
  return [...new Set(all.filter((id, index) => all.indexOf(id) !== index))];
}
