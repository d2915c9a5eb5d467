import { declaredWords, outcomeWords, VERDICT_MARKS } from '../answer/words.ts';
import type { CommandRule, Explanation, HeldGrant, PersonaRule, PolicyTruth, RowRule } from './model.ts';

/** The rule of personas for whom everything is the same, in words. */
export interface ExplainedPersonas {
  readonly names: readonly string[];
  readonly role: string;
  /** Whether policies hold for them, and if not, why. */
  readonly rowSecurity: string;
  readonly usage: string;
  readonly commands: readonly ExplainedCommand[];
}

export interface ExplainedCommand {
  readonly command: string;
  readonly grant: string;
  readonly policies: string;
  readonly triggers: string;
  readonly rows: readonly ExplainedRow[];
}

export interface ExplainedRow extends Pick<RowRule, 'row' | 'verdict' | 'why' | 'statement'> {
  readonly mark: string;
  readonly outcome: string;
  readonly declared: string;
  /** The value of each clause of each policy. */
  readonly truths: readonly string[];
  /** The server's words. */
  readonly detail: string;
}

/** Personas of one role whose rule is the same stand together. */
export function inWords({ personas, rowSecurity }: Explanation): ExplainedPersonas[] {
  const groups = Map.groupBy(personas, ({ persona: _, ...rule }) => JSON.stringify(rule));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    return [
      {
        names: group.map(({ persona }) => persona),
        role: first.role,
        rowSecurity: rowSecurityWords(first),
        usage: grantWords(first.usage) || 'none: the role lacks USAGE of the schema',
        commands: first.commands.map((rule) => commandWords(rule, first, rowSecurity.enabled)),
      },
    ];
  });
}

function rowSecurityWords({ rowSecurity: { state, why } }: PersonaRule): string {
  if (state === 'applies') return `policies hold: ${why}`;
  return state === 'bypassed' ? `bypassed: ${why}` : `off: ${why}`;
}

function commandWords(rule: CommandRule, persona: PersonaRule, enabled: boolean): ExplainedCommand {
  return {
    command: rule.command,
    grant: grantWords(rule.grants) || `none: the role lacks ${rule.command.toUpperCase()}`,
    policies: policyWords(rule, persona, enabled),
    // Without a privilege none of them fires.
    triggers: rule.grants.length > 0 ? rule.triggers.join(', ') : '',
    rows: rule.rows.map((row) => ({
      row: row.row,
      verdict: row.verdict,
      mark: VERDICT_MARKS[row.verdict],
      outcome: outcomeWords({ outcome: row.outcome, columns: rule.columns }),
      declared: declaredWords(row),
      why: row.why,
      truths: row.policies.map(truthWords),
      statement: row.statement,
      detail: row.detail ?? '',
    })),
  };
}

/** Which policies apply, and how they are joined. */
function policyWords({ permissive, restrictive }: CommandRule, { rowSecurity }: PersonaRule, enabled: boolean): string {
  if (rowSecurity.state !== 'applies') return enabled ? 'none: bypassed' : 'none: row level security is off';
  if (permissive.length === 0) return 'no permissive policy applies: no row is let through';
  const one = permissive.length === 1 ? quoted(permissive) : `one of ${quoted(permissive)}`;
  return restrictive.length === 0 ? one : `${one}, and all of the restrictive ${quoted(restrictive)}`;
}

/** “SELECT to authenticated; SELECT (id, title) to public”. */
export const grantWords = (grants: readonly HeldGrant[]): string => grants.map(oneGrant).join('; ');

function oneGrant({ privilege, columns, through, without }: HeldGrant): string {
  const what = columns === null ? privilege : `${privilege} (${columns.join(', ')})`;
  const holder = through.at(-1) ?? '';
  if (without === 'superuser') return `${what}, as a superuser`;
  if (without === 'owner') return `${what}, as its owner${through.length > 1 ? ` (${through.join(' → ')})` : ''}`;
  if (without !== null) return `${what}, as a member of ${without} (${through.join(' → ')})`;
  if (holder === 'public') return `${what} to public`;
  return `${what} to ${holder}${through.length > 1 ? `, of which it is a member (${through.join(' → ')})` : ''}`;
}

/** “"Users can view …" using, for the row: true (a true, b false)”. */
function truthWords({ policy, permissive, clause, about, value, terms, problem }: PolicyTruth): string {
  const each = terms.map((term) => `${term.value}: ${term.sql}`).join('; ');
  const kind = permissive ? '' : ', restrictive';
  const told = problem === null ? String(value) : `not evaluated: ${problem}`;
  return `“${policy}”${kind}, ${clause === 'using' ? 'USING' : 'WITH CHECK'} for ${about}: ${told}${each ? ` (${each})` : ''}`;
}

const quoted = (names: readonly string[]): string => names.map((name) => `“${name}”`).join(', ');

/** The kind of relation, its owner and its row level security, in one line. */
export function relationWords({ kind, owner, rowSecurity, view }: Explanation): string {
  if (view)
    return `a view of ${owner}, which reads ${view.reads.join(', ') || 'no relation'} with the rights of its ${view.rights === 'caller' ? 'caller: their rules hold too' : 'owner'}`;
  const security = rowSecurity.enabled
    ? `enabled${rowSecurity.forced ? ' and forced for its owner' : ''}`
    : 'not enabled';
  return `a ${kind} of ${owner}; row level security is ${security}`;
}
