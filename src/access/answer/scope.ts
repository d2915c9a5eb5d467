import type { Relation } from '../../catalog/relations.ts';
import type { Declared } from '../findings.ts';
import type { Persona } from '../model.ts';
import type { Probes } from '../probe.ts';
import type { Subject } from '../subject.ts';

/** A subject of one relation: nothing else is probed, and the world has all of its rows. */
export function onlyRelation(subject: Subject, relation: Relation): Subject {
  const keys = new Map([...subject.keys].filter(([id]) => id === relation.id));
  const policies = subject.catalog.policies.filter(({ tableSql }) => tableSql === relation.sql).length;
  return { ...subject, relations: [relation], functions: [], schemas: [], sequences: [], keys, policies };
}

/** The declarations about one relation. */
export function declaredFor(declared: Declared, { id }: Relation): Declared {
  return {
    access: own(declared.access, (table) => table === id),
    functions: {},
    privileges: own(declared.privileges ?? {}, (object) => object === id),
    known: declared.known,
    tells: own(declared.tells ?? {}, (key) => key.startsWith(`${id} (`)),
  };
}

/**
 * The probes of one persona alone: without the callers of its role who are no persona, and without the conditions of
 * policies, which other personas decide too.
 */
export function probesOf({ sets, ...probes }: Probes, { name }: Persona): Probes {
  const isOwn = ({ caller }: { readonly caller: { readonly name: string } }): boolean => caller.name === name;
  const { holes, tellings, failed } = sets;
  return {
    ...probes,
    sets: {
      ...sets,
      holes: holes.filter(isOwn),
      tellings: tellings.filter(isOwn),
      failed: failed.filter(isOwn),
      coverage: [],
    },
  };
}

/** The declarations about one persona. */
export function declaredForPersona(declared: Declared, { name, role }: Persona, { sets }: Probes): Declared {
  const tellings = new Set(sets.tellings.map(({ key }) => key));
  return {
    ...declared,
    access: mapped(declared.access, (rows) => mapped(rows, (line) => own(line, (persona) => persona === name))),
    privileges: mapped(declared.privileges ?? {}, (line) => own(line, (one) => one === role)),
    // A line that this persona does not need may be needed for another.
    tells: own(declared.tells ?? {}, (key) => tellings.has(key)),
  };
}

function own<T>(lines: Readonly<Record<string, T>>, isOwn: (key: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(lines).filter(([key]) => isOwn(key)));
}

function mapped<T, R>(lines: Readonly<Record<string, T>>, use: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(lines).map(([key, value]) => [key, use(value)]));
}
