import { type Heading, heading } from '../../sql/tokens.ts';
import type { HostSettings } from '../settings.ts';

/**
 * What a copy does with a statement of a dump.
 *
 * needed: it holds rows, or what rows stand in, so it must run. wanted: if the server does not take it, it is left out and
 * told. minor: the same, and nobody is told. columns: the hooks made this table, which gets the columns that it lacks.
 * left out: for the reason given; without one it is not worth telling.
 */
export type Decision =
  | { readonly kind: 'needed' | 'wanted' | 'minor' }
  | { readonly kind: 'columns'; readonly table: string }
  | { readonly kind: 'left out'; readonly why: string | null };

const NEEDED = [
  /^(copy|insert) /,
  /^create (unlogged )?table /,
  /^create (type|domain|sequence|schema) /,
  /^alter (table|sequence|type|domain) .* (add column|add generated|add value|set default|attach|inherit|owned|alter column) /,
  /^select pg_catalog \. setval /,
];
const MINOR = [/^(set|reset) /, /^select pg_catalog \. set_config /, /^comment on /];
/** Settings that would put the copy elsewhere or make it somebody else's; and owners, who need not exist. */
const USELESS = [
  /^set (default_tablespace|default_table_access_method|session authorization|role) /,
  /^alter .* owner to /,
];
/** What reaches beyond one database. */
const REACHING: readonly [RegExp, string][] = [
  [/^(create|drop|alter|comment on) database /, 'a database’s own settings'],
  [/^(grant|revoke) .* on database /, 'rights on a database'],
  [/^(create|alter|drop|comment on) (role|user|group) /, 'roles belong to a server'],
  [/^(create|alter|comment on) event trigger /, 'an event trigger'],
  [/^(create|alter|comment on) (publication|subscription) /, 'replication'],
  [/^(create|alter|comment on) (server|foreign data wrapper|foreign table|user mapping) /, 'another server’s data'],
  [/^security label /, 'a security label'],
];

/** Decides about one statement by what it says first. */
export function decide(sql: string, host: HostSettings): Decision {
  const tokens = heading(sql, 80);
  const text = `${tokens.map((token) => token.text).join(' ')} `;
  const says = (pattern: RegExp): boolean => pattern.test(text);
  if (USELESS.some(says)) return { kind: 'left out', why: null };
  const reaching = REACHING.find(([pattern]) => says(pattern));
  if (reaching) return { kind: 'left out', why: reaching[1] };
  const object = objectOf(tokens);
  if (object && host.schemas.includes(object.schema)) return aboutHost(object, text, host);
  if (MINOR.some(says)) return { kind: 'minor' };
  return { kind: NEEDED.some(says) ? 'needed' : 'wanted' };
}

function aboutHost({ schema, name }: { schema: string; name: string }, text: string, host: HostSettings): Decision {
  const leftOut: Decision = { kind: 'left out', why: `its host’s schema ${schema}` };
  const table = `${schema}.${name}`;
  if (!host.tables.includes(table)) return leftOut;
  if (/^(copy|insert) /.test(text)) return { kind: 'needed' };
  if (/^create (unlogged )?table /.test(text)) return { kind: 'columns', table };
  // Of the triggers on its tables, those that call a function of ours are ours.
  const called = /^create (?:constraint )?trigger .* execute (?:function|procedure) (\S+) \./.exec(text)?.[1];
  return called && !host.schemas.includes(called) ? { kind: 'wanted' } : leftOut;
}

/** What a statement is about: the first name with a schema, or the schema that it names. */
export function objectOf(tokens: readonly Heading[]): { schema: string; name: string } | null {
  const text = tokens.map((token) => token.text);
  // setval names its sequence in a string.
  if (text[3] === 'setval') return inString(text[5]);
  const makes = text[0] === 'create';
  for (const [at, { kind }] of tokens.entries()) {
    if (text[at] === 'schema' && kind === 'word' && (!makes || at === 1)) {
      const named = text[text[at + 1] === 'if' ? at + 4 : at + 1];
      return named === undefined ? null : { schema: named, name: '' };
    }
    if (text[at + 1] === '.' && isName(tokens[at]) && isName(tokens[at + 2]))
      return { schema: text[at] ?? '', name: text[at + 2] ?? '' };
  }
  return null;
}

const isName = (token: Heading | undefined): boolean => token?.kind === 'word' || token?.kind === 'name';

function inString(text: string | undefined): { schema: string; name: string } | null {
  const [schema, name] = text?.slice(1, -1).replaceAll('"', '').split('.') ?? [];
  return schema && name ? { schema, name } : null;
}
