import { LETTERS, type Persona } from '../access/model.ts';
import type { DatabaseFunction } from '../catalog/functions.ts';
import { toRun } from '../report/layout.ts';
import type { Behaviour, SeenChange } from './behaviour.ts';

/** The contents of snapshots/functions.md. */
export interface FunctionsPage {
  readonly functions: readonly DatabaseFunction[];
  readonly personas: readonly Persona[];
  readonly calls: readonly Behaviour[];
  readonly statements: readonly Behaviour[];
  /** Those that ran although no persona may call them: through triggers, policies, views and other functions. */
  readonly ran: ReadonlySet<string>;
  /** The user of the connection, who owns what the migrations make. */
  readonly user: string;
  /** Functions whose answers depend on rows that their caller may not see: signature → names of personas. */
  readonly readsOthers?: ReadonlyMap<string, ReadonlySet<string>>;
}

const LEGEND = `# What functions do

Proved by calling each function as each persona with arguments from the world: with the persona's own rows, those of every other
persona, and of nobody, and with values that mean nothing. **executes**: a call returned; **refuses**: the function raised the
error, with its SQLSTATE; **fails**: the server did; **changes**: rows that are other after a call, with the letters of
access.md (I, U with the columns, D). **own** rows are the persona's, **shared** ones are somebody
else's too, **others'** somebody else's, **nobody's** belong to nobody.
A *definer* runs with its owner's rights. Written by ${toRun('snapshot')}.
`;

/** The text of snapshots/functions.md. */
export function renderFunctionsPage(page: FunctionsPage): string {
  const schemas = [...new Set(page.functions.map(({ schema }) => schema))];
  return [LEGEND, ...schemas.map((schema) => renderSchema(schema, page)), renderStatements(page)].join('\n');
}

function renderSchema(schema: string, page: FunctionsPage): string {
  const own = page.functions.filter((one) => one.schema === schema);
  const callable = own.filter(({ signature }) => mayBeCalled(signature, page));
  const blocks = Map.groupBy(callable, (one) =>
    [rightsOf(one, page), ...linesOf(one.signature, page.calls, page)].join('\n'),
  );
  const closed = own.filter((one) => !callable.includes(one));
  return [
    `## ${schema}\n`,
    ...[...blocks].map(([text, alike]) => {
      const [rights = '', ...lines] = text.split('\n');
      return `${alike.map(({ signature }) => `\`${signature}\``).join(', ')} (${rights})\n\n${lines.join('\n')}\n`;
    }),
    ...closedText(closed, page),
  ].join('\n');
}

/** The functions that no persona can call: those that triggers, policies, views and functions reach, and the others. */
function closedText(closed: readonly DatabaseFunction[], page: FunctionsPage): string[] {
  const list = (functions: readonly DatabaseFunction[]): string =>
    functions.map((one) => `\`${one.signature}\` (${rightsOf(one, page)})`).join(', ');
  const ran = closed.filter(({ signature }) => page.ran.has(signature));
  const others = closed.filter(({ signature }) => !page.ran.has(signature));
  return [
    ...(ran.length > 0
      ? [`No persona can call these, and triggers, policies, views or functions did: ${list(ran)}.\n`]
      : []),
    ...(others.length > 0 ? [`No persona can call these: ${list(others)}.\n`] : []),
  ];
}

const mayBeCalled = (signature: string, { calls }: FunctionsPage): boolean =>
  calls.some(({ of, denied, calls: number }) => of === signature && number > 0 && !denied);

function rightsOf({ securityDefiner, owner }: DatabaseFunction, { user }: FunctionsPage): string {
  const rights = securityDefiner ? 'definer' : 'invoker';
  return securityDefiner && owner !== user ? `${rights}, owner ${owner}` : rights;
}

/** A line for the personas that one thing did the same for. */
function linesOf(of: string, behaviours: readonly Behaviour[], page: FunctionsPage): string[] {
  const groups = Map.groupBy(page.personas, ({ name }) => {
    const own = behaviours.find((one) => one.of === of && one.persona.name === name);
    return inWords(own, page.readsOthers?.get(of)?.has(name) ?? false);
  });
  return [...groups].map(([text, alike]) => `- ${alike.map(({ name }) => name).join(', ')}: ${text}`);
}

/** A persona's line about one function, as the page has it. */
export function inWords(own: Behaviour | undefined, readsOthers: boolean): string {
  if (!own || own.denied) return 'no EXECUTE';
  if (own.calls === 0) return 'not evaluated';
  const refused = own.errors.filter((error) => error.includes(':'));
  const failed = own.errors.filter((error) => !error.includes(':'));
  return [
    ...(own.returned ? [own.reached ? 'executes' : 'executes, and gives nothing'] : []),
    ...(readsOthers ? ["reads others' rows"] : []),
    ...(own.changes.length > 0 ? [`changes ${changesText(own.changes)}`] : []),
    ...(refused.length > 0 ? [`refuses ${refused.join('; ')}`] : []),
    ...(failed.length > 0 ? [`fails ${failed.join(', ')}`] : []),
  ].join(' · ');
}

/** Which changes there were, as the page has them. */
export function changesText(changes: readonly SeenChange[]): string {
  const groups = Map.groupBy(changes, ({ table, whose }) => `${WHOSE[whose]} ${table}`);
  return [...groups].map(([rows, own]) => `${rows} ${lettersOf(own)}`).join(', ');
}

const WHOSE: Readonly<Record<SeenChange['whose'], string>> = {
  own: 'own',
  shared: 'shared',
  others: "others'",
  nobody: "nobody's",
};

function lettersOf(changes: readonly SeenChange[]): string {
  return (['insert', 'update', 'delete'] as const)
    .flatMap((command) => {
      const own = changes.find((change) => change.command === command);
      if (!own) return [];
      return own.columns.size > 0 ? `${LETTERS[command]}(${[...own.columns].sort().join(', ')})` : LETTERS[command];
    })
    .join(' ');
}

/** Statements that change more than they say: a line for each, and for the personas for whom it is the same. */
function renderStatements(page: FunctionsPage): string {
  const changing = page.statements.filter(({ changes }) => changes.length > 0);
  const kinds = [...new Set(changing.map(({ of }) => of))].sort();
  const lines = kinds.flatMap((of) => {
    const groups = Map.groupBy(
      changing.filter((one) => one.of === of),
      ({ changes }) => changesText(changes),
    );
    return [...groups].map(
      ([text, alike]) => `- \`${of}\` · ${alike.map(({ persona }) => persona.name).join(', ')}: ${text}`,
    );
  });
  return `## Statements on tables

What writes of the world's rows change besides the row that they name, through triggers and cascades.

${lines.length > 0 ? lines.join('\n') : 'Nothing.'}
`;
}
