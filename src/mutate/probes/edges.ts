import type pg from 'pg';
import type { Persona } from '../../access/model.ts';
import { personasOf } from '../../access/personas.ts';
import type { AccessSettings } from '../../access/settings.ts';
import type { DatabaseFunction } from '../../catalog/functions.ts';
import { answerCalls, type Call, type CallAnswer } from '../../functions/ask.ts';
import { callsOf } from '../../functions/calls.ts';
import type { Callable } from '../../functions/parameters.ts';
import { statementsOf } from '../../functions/statements.ts';
import { heardIn } from '../answers.ts';
import { edgesOf } from '../edges/arguments.ts';
import { columnWrites } from '../edges/writes.ts';
import type { MutantProbe } from '../probe.ts';
import { scopesOf, within } from './scope.ts';
import { MOST_STOPPED } from './stopped.ts';

/** The most argument lists of a function and caller. */
const MOST_LISTS = 128;

/**
 * Asks more of code than the proof does, whose calls show what a function is for: with arguments at the edges of what bodies
 * compare with, as the connection's own user too, who may call what nobody else may; and writes of each column of the
 * world's rows, which fire triggers. Nothing of it is judged: that an answer is another one is all that it tells.
 */
export function edgesProbe(settings: AccessSettings): MutantProbe {
  const personas = personasOf(settings);
  return {
    name: 'edges',
    layer: 'calls',
    answersAlone: true,
    looksAt: 'answers at the edges of what code compares with, and to writes of single columns',
    scopesFor: ({ operator }, affected) => {
      if (!OF_CODE.some((family) => operator.startsWith(family))) return [];
      const near = affected.filter(({ distance }) => distance <= 1);
      return [...scopesOf(near, 'function'), ...scopesOf(near, 'relation')].map((scope) => ({
        ...scope,
        distance: scope.distance + 0.48,
      }));
    },
    async run(world, scope) {
      const { client, calls } = world;
      if (!calls) throw new Error('The calls are not prepared.');
      const { rows: users } = await client.query<{ user: string }>('select session_user as user');
      const callers: Persona[] = [...personas, { name: 'the owner', role: users[0]?.user ?? '', settings: {} }];
      const callables = calls.callables.filter(({ function: { signature } }) => scope.functions.includes(signature));
      const may = await executing(client, callers, callables);
      const asked = callsOf(callables, calls.world, callers, {}, { may, most: MOST_LISTS, further: edgesOf });
      const { rows, subject } = within(world, personas, scope);
      const own = rows.filter(({ relation }) => scope.relations.includes(relation.id));
      const plain = await answerCalls(
        client,
        callers,
        statementsOf(
          subject.relations.filter(({ id }) => scope.relations.includes(id)),
          own,
          callers,
        ),
        MOST_STOPPED,
      );
      const writers = callers
        .keys()
        .filter((place) => plain.some((answer) => answer.caller === place && wrote(answer)));
      const places = [...writers];
      const writes: Call[] = own.flatMap((row) => columnWrites(row, calls.world.rows, places));
      const answers = [...plain, ...(await answerCalls(client, callers, [...asked, ...writes], MOST_STOPPED))];
      return { findings: { deviations: [], notEvaluated: [] }, facts: new Map(), answers: heardIn(answers, callers) };
    },
  };
}

/** Who may execute which function: what others are refused is asked elsewhere. */
async function executing(
  client: pg.Client,
  callers: readonly Persona[],
  callables: readonly Callable[],
): Promise<(caller: Persona, called: DatabaseFunction) => boolean> {
  const roles = [...new Set(callers.map(({ role }) => role))];
  const { rows } = await client.query<{ role: string; identity: string }>(
    `select r.role, f.identity from unnest($1::text[]) r (role) cross join unnest($2::text[]) f (identity)
      where has_function_privilege(r.role, f.identity, 'execute')`,
    [roles, callables.map((one) => one.function.identity)],
  );
  const allowed = new Set(rows.map(({ role, identity }) => `${role} ${identity}`));
  return ({ role }, { identity }) => allowed.has(`${role} ${identity}`);
}

/** Whose code may give another answer. */
const OF_CODE = ['body-', 'function-', 'trigger-', 'view-'];

/** Whether a statement got past the privileges, so that more of its kind are worth trying. */
const wrote = ({ call, error }: CallAnswer): boolean =>
  !call.of.startsWith('select ') && (error?.state !== '42501' || error.nested);
