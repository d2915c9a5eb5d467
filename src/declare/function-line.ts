import type { FunctionCell, Persona } from '../access/model.ts';
import type { DatabaseFunction } from '../catalog/functions.ts';
import type { Suggestion } from './model.ts';

/** The line of a function: who could execute it, by its name, or with its types where others have that name. */
export function suggestFunction(
  called: DatabaseFunction,
  functions: readonly DatabaseFunction[],
  cells: readonly FunctionCell[],
  personas: readonly Persona[],
  withArguments: boolean,
): Suggestion {
  const { schema, name, signature, parameters } = called;
  const own = cells.filter((cell) => cell.signature === signature);
  const may = personas.filter((persona) =>
    own.some((cell) => cell.persona === persona.name && cell.outcome === 'allowed'),
  );
  const isOnly = functions.filter((each) => each.schema === schema && each.name === name).length === 1;
  const unclear = own
    .filter(({ outcome }) => outcome === 'not evaluated')
    .map((cell) => `execute as ${cell.persona}: not evaluated (${cell.detail ?? 'it could not be called'}).`);
  const nulls =
    parameters.length > 0 && !withArguments && may.length > 0
      ? [
          'It was called with nulls. If it refuses callers by its arguments, declare arguments in `calls`, and correct the line.',
        ]
      : [];
  return {
    object: signature,
    declarations: [
      {
        key: 'functions',
        name: isOnly ? `${schema}.${name}` : signature,
        value: may.length > 0 ? may.map((persona) => persona.name).join(', ') : '—',
      },
    ],
    open: unclear,
    hints: nulls,
    declared: [],
  };
}
