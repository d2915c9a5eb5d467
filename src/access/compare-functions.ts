import type { DatabaseFunction } from '../catalog/functions.ts';
import type { Deviation, Findings, NotEvaluated } from '../report/deviation.ts';
import { declaredIn } from '../report/layout.ts';
import { allLists } from './calls.ts';
import type { Calls, FunctionCell, FunctionOutcome, FunctionSpec, Persona } from './model.ts';
import { byFunction } from './signatures.ts';
import { type FunctionIntent, parseExecution } from './spec.ts';
import { transcript } from './transcript.ts';

/**
 * Holds who could execute each function against who may. A function without a line deviates, and so does a line, or
 * arguments, without a function. A trigger function needs no line: no persona may execute it.
 */
export function compareFunctions(
  cells: readonly FunctionCell[],
  functions: readonly DatabaseFunction[],
  spec: FunctionSpec,
  calls: Calls,
  personas: readonly Persona[],
): Findings {
  const lines = byFunction(spec, functions);
  const declared = new Map(
    lines.flatMap((line) => (line.function ? [[line.function.signature, parseExecution(line.value) ?? NOBODY]] : [])),
  );
  const byName = new Map(personas.map((persona) => [persona.name, persona]));
  const deviations: Deviation[] = [
    ...lines.flatMap(({ key, mistake }) =>
      mistake ? [misnamed(key, mistake, `its line in ${declaredIn('access')}`)] : [],
    ),
    ...mistakesInCalls(calls, functions),
  ];
  const notEvaluated: NotEvaluated[] = [];
  for (const { signature, trigger } of functions) {
    const own = cells.filter((cell) => cell.signature === signature);
    const may = declared.get(signature) ?? (trigger ? NOBODY : undefined);
    if (!may) {
      deviations.push(undeclared(signature, own, byName));
      continue;
    }
    deviations.push(...differencesIn(own, may, trigger, byName));
    notEvaluated.push(...own.filter(({ outcome }) => outcome === 'not evaluated').map(unclear));
  }
  return { deviations, notEvaluated };
}

const NOBODY: FunctionIntent = { names: [], refusals: new Map() };

function mistakesInCalls(calls: Calls, functions: readonly DatabaseFunction[]): Deviation[] {
  return byFunction(calls, functions).flatMap(({ key, value, mistake, function: called }) => {
    if (mistake) return [misnamed(key, mistake, 'its arguments among `calls`')];
    const wanted = called?.parameters.length;
    const wrong = allLists(value).find(({ length }) => length !== wanted);
    if (!wrong) return [];
    return [
      misnamed(key, `it takes ${wanted} arguments, and ${wrong.length} are given`, 'its arguments among `calls`'),
    ];
  });
}

function misnamed(where: string, seen: string, what: string): Deviation {
  return {
    check: 'access',
    where,
    expected: 'one function, by its name or with the types of its parameters',
    seen,
    fix: `Correct ${what}, or remove it.`,
  };
}

function undeclared(
  signature: string,
  cells: readonly FunctionCell[],
  personas: ReadonlyMap<string, Persona>,
): Deviation {
  const who = (outcome: FunctionOutcome): string[] =>
    cells.filter((cell) => cell.outcome === outcome).map(({ persona }) => persona);
  const open = [
    ...(who('allowed').length > 0 ? [`${who('allowed').join(', ')} may execute it`] : []),
    ...(who('refused').length > 0 ? [`it refuses ${who('refused').join(', ')}`] : []),
    ...(who('not evaluated').length > 0 ? [`not evaluated for ${who('not evaluated').join(', ')}`] : []),
  ];
  const closed = cells.length > 0 ? 'no persona may execute it' : 'no persona called it';
  return {
    check: 'access',
    where: signature,
    expected: 'a line among the functions of the access spec',
    seen: `none; ${open.length > 0 ? open.join('; ') : closed}`,
    ...evidenceOf(
      cells.find(({ outcome }) => outcome === 'allowed'),
      personas,
    ),
    fix: `Revoke EXECUTE from public and from each role that must not have it, and declare who may execute it in ${declaredIn('access')}.`,
  };
}

/** Personas for whom a function is open or closed against what is declared: one deviation each way. */
function differencesIn(
  cells: readonly FunctionCell[],
  { names, refusals }: FunctionIntent,
  trigger: boolean,
  personas: ReadonlyMap<string, Persona>,
): Deviation[] {
  const differing = cells.filter(({ persona, outcome }) => {
    if (outcome === 'not evaluated' || refusals.has(persona)) return false;
    // A trigger function can't refuse its caller: with EXECUTE, a role can use it in a trigger of its own.
    const open = outcome === 'allowed' || (trigger && outcome === 'refused');
    return open !== names.includes(persona);
  });
  const groups = Map.groupBy(differing, ({ outcome }) => outcome);
  const opened = [...groups].map(([outcome, group]) => ({
    check: 'access' as const,
    where: `${group.map(({ persona }) => persona).join(', ')} · execute · ${group[0]?.signature}`,
    expected: outcome === 'allowed' ? 'denied' : 'allowed',
    seen: inWords(group[0]),
    ...evidenceOf(group[0], personas),
    fix:
      outcome === 'allowed'
        ? `Revoke EXECUTE from public and from the role, let the function check its caller, or declare it in ${declaredIn('access')}${asRefusal(group)}.`
        : `Grant EXECUTE to the role, fix the check in the function, or remove the persona from ${declaredIn('access')}.`,
  }));
  return [...opened, ...cells.flatMap((cell) => notRefused(cell, refusals.get(cell.persona), personas))];
}

/** How to declare that an error of a call was a refusal; empty without an error. */
function asRefusal(group: readonly FunctionCell[]): string {
  const [raised] = group.filter(({ state }) => state !== undefined);
  return raised ? ` (\`!${raised.persona}(${raised.state})\` if the error is a refusal)` : '';
}

/** A persona that the function is declared to refuse, and that it did not refuse, or not with that SQLSTATE. */
function notRefused(
  cell: FunctionCell,
  state: string | undefined,
  personas: ReadonlyMap<string, Persona>,
): Deviation[] {
  const { outcome } = cell;
  if (state === undefined || outcome === 'not evaluated') return [];
  if (outcome !== 'no grant' && cell.state === state) return [];
  return [
    {
      check: 'access',
      where: `${cell.persona} · execute · ${cell.signature}`,
      expected: `refused by the function with ${state}`,
      seen: inWords(cell),
      ...evidenceOf(cell, personas),
      fix: `Raise that SQLSTATE in the function, give the call other arguments among \`calls\`, or declare the intended outcome in ${declaredIn('access')}.`,
    },
  ];
}

function evidenceOf(
  cell: FunctionCell | undefined,
  personas: ReadonlyMap<string, Persona>,
): Pick<Deviation, 'evidence'> {
  const persona = cell && personas.get(cell.persona);
  return cell && persona ? { evidence: transcript(persona, cell) } : {};
}

function unclear({ persona, signature, detail }: FunctionCell): NotEvaluated {
  return {
    check: 'access',
    where: `${persona} · execute · ${signature}`,
    why: `The call could not be made (${detail}). Give it arguments among \`calls\`.`,
  };
}

function inWords(cell: FunctionCell | undefined): string {
  const outcome = cell?.outcome === 'refused' ? 'refused by the function' : cell?.outcome;
  return cell?.detail ? `${outcome} (${cell.detail})` : String(outcome);
}
