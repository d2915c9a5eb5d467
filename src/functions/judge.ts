import type { FunctionSpec } from '../access/model.ts';
import { byFunction } from '../access/signatures.ts';
import { parseExecution } from '../access/spec.ts';
import { transcript } from '../access/transcript.ts';
import type { DatabaseFunction } from '../catalog/functions.ts';
import type { Deviation, Findings, NotEvaluated } from '../report/deviation.ts';
import { declaredIn } from '../report/layout.ts';
import type { Behaviour, SeenChange } from './behaviour.ts';
import { type DeclaredChange, parseChanges, type Whose } from './declared.ts';
import type { EffectsSpec } from './settings.ts';

/** Everything that findings about calls depend on. */
export interface JudgedCalls {
  readonly functions: readonly DatabaseFunction[];
  /** The schemas of which every function is to come to a result. */
  readonly proven: readonly string[];
  /** Of functions. */
  readonly calls: readonly Behaviour[];
  /** Of statements on relations. */
  readonly statements: readonly Behaviour[];
  readonly effects: EffectsSpec;
  readonly spec: FunctionSpec;
  /** Whether every row of the world is there: otherwise that something was not seen says nothing. */
  readonly complete: boolean;
}

/**
 * Holds what calls changed against what their callers may change by the access spec, and what is declared of the function.
 * A declared change that no call needed deviates. A function of which no call came to a result is not evaluated.
 */
export function judgeCalls(judged: JudgedCalls): Findings {
  const { functions, calls, statements, effects, complete } = judged;
  const lines = declaredChanges(effects, functions, statements);
  const needed = new Set<string>();
  const deviations: Deviation[] = [...lines.mistakes];
  for (const [of, own] of Map.groupBy([...calls, ...statements], (one) => one.of)) {
    const declared = lines.changes.get(of)?.changes ?? [];
    const undeclared = own.flatMap((behaviour) =>
      behaviour.changes.flatMap((change) => {
        if (change.allowed) return [];
        if (!declared.some((one) => one.table === change.table && one.whose === change.whose))
          return [{ behaviour, change }];
        needed.add(keyOf(of, change));
        return [];
      }),
    );
    for (const group of Map.groupBy(undeclared, ({ change }) => keyOf(of, change)).values())
      deviations.push(unmeant(of, group));
    deviations.push(...unwatched(of, own), ...becomesSomebody(of, own), ...runsItsArgument(of, own));
  }
  const notEvaluated = [...calls, ...statements].filter(({ stopped }) => stopped > 0).map(stoppedCalls);
  if (!complete) return { deviations, notEvaluated };
  const evaluated = new Set([...calls, ...statements].filter(({ reached }) => reached).map(({ of }) => of));
  for (const [of, { key, changes }] of lines.changes)
    for (const change of changes)
      if (evaluated.has(of) && !needed.has(keyOf(of, change))) deviations.push(unneeded(key, change));
  return { deviations, notEvaluated: [...notEvaluated, ...unreached(judged)] };
}

const keyOf = (of: string, { table, whose }: DeclaredChange): string => `${of}\n${table}\n${whose}`;

interface Lines {
  readonly changes: ReadonlyMap<string, { readonly key: string; readonly changes: readonly DeclaredChange[] }>;
  readonly mistakes: readonly Deviation[];
}

/** The lines by the function or statement that each is about. */
function declaredChanges(
  effects: EffectsSpec,
  functions: readonly DatabaseFunction[],
  statements: readonly Behaviour[],
): Lines {
  const kinds = new Set(statements.map(({ of }) => of));
  const changes = new Map<string, { key: string; changes: readonly DeclaredChange[] }>();
  const ofFunctions = Object.fromEntries(Object.entries(effects).filter(([key]) => !kinds.has(key)));
  const mistakes: Deviation[] = [];
  for (const [key, line] of Object.entries(effects))
    if (kinds.has(key)) changes.set(key, { key, changes: parseChanges(line.changes) ?? [] });
  for (const { key, value, mistake, function: called } of byFunction(ofFunctions, functions)) {
    if (called) changes.set(called.signature, { key, changes: parseChanges(value.changes) ?? [] });
    if (mistake)
      mistakes.push({
        check: 'functions',
        where: key,
        expected:
          'one function, by its name or with the types of its parameters, or a statement such as `delete app.members`',
        seen: mistake,
        fix: `Correct its line among the effects in ${declaredIn('effects')}, or remove it.`,
      });
  }
  return { changes, mistakes };
}

const OF: Readonly<Record<Whose, string>> = {
  own: 'rows of the caller',
  shared: 'rows of the caller and of somebody else',
  others: 'rows of somebody else',
  nobody: 'rows that are nobody’s',
};

function unmeant(
  of: string,
  group: readonly { readonly behaviour: Behaviour; readonly change: SeenChange }[],
): Deviation {
  const names = [...new Set(group.map(({ behaviour }) => behaviour.persona.name))];
  const [first] = group;
  const commands = [...new Set(group.map(({ change }) => change.command))];
  const columns = [...new Set(group.flatMap(({ change }) => [...change.columns]))].sort();
  const { table = '', whose = 'others' } = first?.change ?? {};
  return {
    check: 'functions',
    where: `${names.join(', ')} · ${of}`,
    expected: `no change of ${OF[whose]} in ${table}`,
    seen: `${commands.join(', ')}${columns.length > 0 ? ` (${columns.join(', ')})` : ''}`,
    ...(first ? { evidence: transcript(first.behaviour.persona, first.change) } : {}),
    fix: `Let the function check whose rows it changes, or declare '${table} of ${whose}' among the effects of ${of} in ${declaredIn('effects')}, with the reason.`,
  };
}

function unwatched(of: string, own: readonly Behaviour[]): Deviation[] {
  const tables = [...new Set(own.flatMap((one) => one.unwatched))].sort();
  const names = own.filter((one) => one.unwatched.length > 0).map(({ persona }) => persona.name);
  return tables.map((table) => ({
    check: 'functions',
    where: `${names.join(', ')} · ${of}`,
    expected: `no change in ${table}, whose rows the connection’s user may not watch`,
    seen: 'rows were written',
    fix: 'Connect as a user that may make a trigger on the table, to see which rows.',
  }));
}

/** Whoever calls it goes on as somebody else, in the same transaction or session. */
function becomesSomebody(of: string, own: readonly Behaviour[]): Deviation[] {
  const names = [...new Set(own.flatMap(({ became }) => [...became.keys()]))].sort();
  return names.flatMap((name) => {
    const changed = own.filter(({ became }) => became.has(name));
    const [first] = changed;
    if (!first) return [];
    return {
      check: 'functions',
      where: `${changed.map(({ persona }) => persona.name).join(', ')} · ${of}`,
      expected: `${name}, which says who the caller is, as before the call`,
      seen: 'another value',
      evidence: transcript(first.persona, { statement: first.became.get(name) ?? '' }),
      fix: `Take EXECUTE from them, let it refuse who may not change ${name}, or give the function a SET clause for it, which ends with the call.`,
    };
  });
}

/** An argument with a quote in it was no SQL any more: one that is, runs with the function's rights. */
function runsItsArgument(of: string, own: readonly Behaviour[]): Deviation[] {
  const injected = own.filter((one) => one.injected !== undefined);
  const [first] = injected;
  if (!first) return [];
  return [
    {
      check: 'functions',
      where: `${injected.map(({ persona }) => persona.name).join(', ')} · ${of}`,
      expected: 'an argument that is data',
      seen: 'the server read it as SQL, and would run it where it is valid',
      evidence: transcript(first.persona, { statement: first.injected ?? '' }),
      fix: 'Pass values by USING, or put them into the text by format with %L, and names with %I.',
    },
  ];
}

function unneeded(key: string, { table, whose }: DeclaredChange): Deviation {
  return {
    check: 'functions',
    where: key,
    expected: `a change of ${OF[whose]} in ${table} that the access spec does not allow its caller`,
    seen: 'no call made one',
    fix: `Remove '${table} of ${whose}' from its line in ${declaredIn('effects')}, or give calls arguments that lead there among \`calls\`.`,
  };
}

const stoppedCalls = ({ of, persona, stopped }: Behaviour): NotEvaluated => ({
  check: 'functions',
  where: `${persona.name} · ${of}`,
  why: `${stopped} of its calls were stopped by the statement timeout (10 s) or another session's lock. Give it arguments in ${declaredIn('calls')} with which it ends, or prove a database that nobody uses.`,
});

/** Functions of which every caller who may execute them only saw errors or nothing, unless the spec says that all are refused. */
function unreached({ functions, proven, calls, spec }: JudgedCalls): NotEvaluated[] {
  const refusing = new Set(
    byFunction(spec, functions).flatMap((line) =>
      line.function && parseExecution(line.value)?.names.length === 0 ? [line.function.signature] : [],
    ),
  );
  const inProven = new Set(functions.filter(({ schema }) => proven.includes(schema)).map(({ signature }) => signature));
  const byFunctionCalled = Map.groupBy(
    calls.filter(({ of }) => inProven.has(of)),
    ({ of }) => of,
  );
  return [...byFunctionCalled].flatMap(([of, own]): NotEvaluated[] => {
    const called = own.filter(({ denied }) => !denied);
    if (called.length === 0 || refusing.has(of) || called.some(({ reached }) => reached)) return [];
    const errors = [...new Set(called.flatMap((one) => one.errors))];
    const seen = [
      ...(called.some(({ returned }) => returned) ? ['calls returned nothing but NULL or no row'] : []),
      ...(errors.length > 0 ? [`calls ended with ${errors.join('; ')}`] : []),
    ];
    return [
      {
        check: 'functions',
        where: of,
        why: `No call of ${called.map(({ persona }) => persona.name).join(', ')} returned or changed anything (${seen.join('; ')}). Give it arguments in ${declaredIn('calls')} that lead to a result, or rows in ${declaredIn('world')} on which it has one.`,
      },
    ];
  });
}
