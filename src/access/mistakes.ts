import { PRIVILEGES } from './model.ts';
import { schemaOf } from './names.ts';
import { knownMistakes } from './reach/known.ts';
import type { AccessSettings } from './settings.ts';
import { parseExecution, parseLetters, parsePrivileges } from './spec.ts';

/** Every mistake in how the settings fit together, each with its path; a single setting's shape is checked by zod. */
export function* accessMistakes(settings: AccessSettings): Iterable<string> {
  yield* specMistakes(settings);
  yield* functionMistakes(settings);
  yield* privilegeMistakes(settings);
  yield* worldMistakes(settings);
  yield* knownMistakes(settings.known ?? {});
}

function* specMistakes({ access, personas, proven }: AccessSettings): Iterable<string> {
  const known = Object.keys(personas);
  for (const [table, rows] of Object.entries(access)) {
    if (!proven.includes(schemaOf(table)))
      yield `access.${table}: its schema is not among \`proven\` (${proven.join(', ')})`;
    for (const [row, line] of Object.entries(rows)) {
      const where = `access.${table}.${row}`;
      for (const persona of known.filter((candidate) => !(candidate in line)))
        yield `${where}: has no entry for ${persona}`;
      for (const [persona, letters] of Object.entries(line)) {
        if (!known.includes(persona)) yield `${where}: ${persona} is not a persona (${known.join(', ')})`;
        if (!parseLetters(letters))
          yield `${where}.${persona}: ${JSON.stringify(letters)} is not S, I, U, D in any number, such as "S U(title, note) !D(P0001)", or — for nothing`;
      }
    }
  }
}

function* functionMistakes({ functions, calls, personas, proven }: AccessSettings): Iterable<string> {
  const known = Object.keys(personas);
  for (const [section, keys] of Object.entries({
    functions: Object.keys(functions),
    calls: Object.keys(calls ?? {}),
  })) {
    for (const key of keys.filter((candidate) => !proven.includes(schemaOf(candidate))))
      yield `${section}.${key}: its schema is not among \`proven\` (${proven.join(', ')})`;
  }
  for (const [key, text] of Object.entries(functions)) {
    const intent = parseExecution(text);
    if (!intent)
      yield `functions.${key}: ${JSON.stringify(text)} is not a list of personas, such as "owner, !stranger(P0001)", or — for none`;
    const named = intent ? [...intent.names, ...intent.refusals.keys()] : [];
    for (const persona of named.filter((candidate) => !known.includes(candidate)))
      yield `functions.${key}: ${persona} is not a persona (${known.join(', ')})`;
  }
}

function* privilegeMistakes({ privileges = {}, personas }: AccessSettings): Iterable<string> {
  const roles = [...new Set(Object.values(personas).map(({ role }) => role))];
  for (const [object, line] of Object.entries(privileges)) {
    for (const [role, text] of Object.entries(line)) {
      if (!roles.includes(role))
        yield `privileges.${object}: ${role} is not the role of a persona (${roles.join(', ')})`;
      if (!parsePrivileges(text))
        yield `privileges.${object}.${role}: ${JSON.stringify(text)} is not a list of ${PRIVILEGES.join(', ')}`;
    }
  }
}

function* worldMistakes({ world }: AccessSettings): Iterable<string> {
  for (const [index, { table, row, existing, insert, update }] of world.entries()) {
    if (row === undefined) continue;
    if (existing === 'removed') yield `world.${index} (${table}, ${row}): a row that is removed cannot be probed`;
    if (!insert)
      yield `world.${index} (${table}, ${row}): a row that is probed needs \`insert\`, what a persona tries to add`;
    if (!update)
      yield `world.${index} (${table}, ${row}): a row that is probed needs \`update\`, what a persona tries to change`;
  }
}
