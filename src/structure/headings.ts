import { tokenAt } from '../sql/tokens.ts';
import type { StructureObject } from './model.ts';

export interface Headings {
  readonly section: string;
  /** Within the section; what has none stands right below it. */
  readonly block?: string;
}

const SECTIONS: Readonly<Record<string, string>> = {
  role: 'Roles',
  database: 'Database',
  parameter: 'Database',
  extension: 'Extensions',
  'host schema': 'What the host has',
  'host relation': 'What the host has',
  'host function': 'What the host has',
  'default privileges for': 'Default privileges',
  'event trigger': 'Event triggers',
  publication: 'Publications',
  'foreign-data wrapper': 'Foreign data',
  'foreign server': 'Foreign data',
  'user mapping': 'Foreign data',
  language: 'Languages',
  other: 'Other objects',
};

const GROUPS: Readonly<Record<string, string>> = {
  enum: 'Types',
  domain: 'Types',
  'composite type': 'Types',
  'range type': 'Types',
  sequence: 'Sequences',
  function: 'Functions',
  procedure: 'Functions',
  aggregate: 'Functions',
  'window function': 'Functions',
};

/** Below which headings an object stands: a table or view has its own, what is small stands together. */
export function headingsOf({ kind, name }: StructureObject): Headings {
  const section = SECTIONS[kind];
  if (section) return { section };
  const schema = name.slice(0, tokenAt(name, 0)?.end);
  if (kind === 'schema') return { section: `Schema ${schema}` };
  return { section: `Schema ${schema}`, block: GROUPS[kind] ? `${GROUPS[kind]} of ${schema}` : name };
}
