import type { Policy } from '../../catalog/policies.ts';
import type { Table } from '../../catalog/table.ts';
import type { Trigger } from '../../catalog/triggers.ts';
import type { JudgedCell } from '../answer/judge.ts';
import { COMMANDS, type Command, type Persona } from '../model.ts';
import { type GrantCatalog, grantsFor, rowSecurityFor, usageFor } from './grants.ts';
import type { CommandRule, Explanation, PersonaRule, PolicyTruth } from './model.ts';
import { applies, clausesFor } from './policies.ts';
import type { ClauseTruth } from './truths.ts';
import { whyOf } from './why.ts';

/** The facts from which a rule is explained. */
export interface ExplainedFacts extends GrantCatalog {
  readonly table: Table;
  /** The cells of the table. */
  readonly cells: readonly JudgedCell[];
  readonly truths: readonly ClauseTruth[];
  readonly personas: readonly Persona[];
}

/**
 * Says for each persona and command which grant and which policies make the rule of a relation, and what the probes showed. The outcomes are the server's;
 * the catalogs only say where they come from.
 */
export function explain(facts: ExplainedFacts): Explanation {
  const { table, personas } = facts;
  const { id, kind, owner, rowSecurity, forceRowSecurity, securityInvoker, reads } = table;
  return {
    table: id,
    kind,
    owner,
    rowSecurity: { enabled: rowSecurity, forced: forceRowSecurity },
    view: kind === 'view' ? { rights: securityInvoker ? 'caller' : 'owner', reads } : null,
    policies: table.policies.map(({ name, permissive, command, roles, using, check }) => ({
      name,
      permissive,
      command,
      roles: roles.map((role) => role.name),
      using,
      check,
    })),
    triggers: table.triggers
      .filter((trigger) => commandsOf(trigger).length > 0)
      .map((trigger) => ({
        name: trigger.name,
        function: trigger.function,
        definition: trigger.definition,
        commands: commandsOf(trigger),
        enabled: fires(trigger),
      })),
    personas: personas.map((persona) => ruleOf(persona, facts)),
  };
}

function ruleOf(persona: Persona, facts: ExplainedFacts): PersonaRule {
  const { table } = facts;
  const rule = {
    persona: persona.name,
    role: persona.role,
    rowSecurity: rowSecurityFor(persona.role, table, facts),
    usage: usageFor(persona.role, table.schema, facts),
  };
  return { ...rule, commands: COMMANDS.map((command) => commandRule(persona, command, rule, facts)) };
}

function commandRule(
  persona: Persona,
  command: Command,
  rule: Omit<PersonaRule, 'commands'>,
  facts: ExplainedFacts,
): CommandRule {
  const { table, cells, truths, memberships } = facts;
  const own = cells.filter((cell) => cell.persona === persona.name && cell.command === command);
  const policies =
    rule.rowSecurity.state === 'applies'
      ? table.policies.filter((policy) => applies(policy, command, persona.role, memberships))
      : [];
  const names = (permissive: boolean): string[] =>
    policies.filter((policy) => policy.permissive === permissive).map(({ name }) => name);
  const whole: Omit<CommandRule, 'rows'> = {
    command,
    grants: grantsFor(persona.role, command, table, facts),
    columns: own.find(({ columns }) => columns !== null)?.columns ?? null,
    permissive: names(true),
    restrictive: names(false),
    triggers: table.triggers
      .filter((trigger) => fires(trigger) && commandsOf(trigger).includes(command))
      .map(({ name }) => name),
  };
  return {
    ...whole,
    rows: own.map((cell) => {
      const { row, outcome, expected, verdict, statement, detail, state } = cell;
      const evaluated = policies.flatMap((policy) => truthsOf(policy, command, cell, truths));
      return {
        row,
        outcome,
        expected,
        verdict,
        statement,
        ...(detail === undefined ? {} : { detail }),
        ...(state === undefined ? {} : { state }),
        why: whyOf(cell, rule, { ...whole, policies: evaluated }, table),
        policies: evaluated,
      };
    }),
  };
}

/** The values of the clauses that a command evaluates, for the row of a cell as its persona. */
function truthsOf(
  policy: Policy,
  command: Command,
  { persona, row }: JudgedCell,
  truths: readonly ClauseTruth[],
): PolicyTruth[] {
  return clausesFor(policy, command).map(({ clause, about }): PolicyTruth => {
    const truth = truths.find(
      (one) =>
        one.persona === persona &&
        one.row === row &&
        one.policy === policy.name &&
        one.clause === clause &&
        one.about === about,
    );
    const { value, terms, problem } = truth ?? {
      value: 'unknown' as const,
      terms: [],
      problem: 'There is no such row.',
    };
    return { policy: policy.name, permissive: policy.permissive, clause, about, value, terms, problem };
  });
}

/** Whether a trigger fires in an ordinary session. */
const fires = ({ enabled }: Trigger): boolean => enabled === 'origin' || enabled === 'always';

const commandsOf = ({ events }: Trigger): Command[] =>
  COMMANDS.filter((command) => events.some((one) => one === command));
