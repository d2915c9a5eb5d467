/** What a request to PostgREST needs of the database. */
export interface Needed {
  readonly table?: string;
  readonly rpc?: string;
  readonly args?: readonly string[];
  readonly select: readonly string[];
  readonly insert: readonly string[];
  readonly update: readonly string[];
  readonly delete: boolean;
  /** The columns of ON CONFLICT. */
  readonly conflict: readonly string[];
  /** Relations that are embedded, each with its columns. */
  readonly embedded: Readonly<Record<string, readonly string[]>>;
}

/** Parameters that are no filters. */
const RESERVED = ['select', 'order', 'limit', 'offset', 'columns', 'on_conflict'];

/** Reads a request of supabase-js, as far as this project's example sends such. */
export function neededBy(input: string, { method = 'GET', headers, body }: RequestInit): Needed {
  const { pathname, searchParams } = new URL(input);
  const name = pathname.replace('/rest/v1/', '');
  const prefer = new Headers(headers).get('prefer') ?? '';
  const list = (key: string): string[] =>
    split(searchParams.get(key) ?? '').map((column) => column.replaceAll('"', ''));
  const given = body ? (JSON.parse(body as string) as object | object[]) : {};
  const columns = [...new Set([given].flat().flatMap((row) => Object.keys(row)))];
  const none = { select: [], insert: [], update: [], delete: false, conflict: [], embedded: {} };
  if (name.startsWith('rpc/')) return { ...none, rpc: name.slice(4), args: columns };

  const shown = method === 'GET' || method === 'HEAD' || prefer.includes('return=representation') ? list('select') : [];
  const embedded = shown.flatMap((one) => /^(\w+)\((.*)\)$/.exec(one)?.slice(1) ?? []);
  const filtered = [...searchParams.keys()].filter((key) => !RESERVED.includes(key));
  const ordered = list('order').map((one) => one.split('.')[0] ?? '');
  const conflict = list('on_conflict');
  return {
    table: name,
    select: [...shown.filter((one) => !one.includes('(')), ...filtered, ...ordered, ...conflict],
    insert: method === 'POST' ? columns : [],
    update: method === 'PATCH' || prefer.includes('resolution=merge-duplicates') ? columns : [],
    delete: method === 'DELETE',
    conflict,
    embedded: Object.fromEntries(embedded.length > 0 ? [[embedded[0] ?? '', split(embedded[1] ?? '')]] : []),
  };
}

/** The elements of a list, at its commas outside of brackets. */
function split(list: string): string[] {
  return list === '' ? [] : list.split(/,(?![^(]*\))/);
}
