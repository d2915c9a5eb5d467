import type { JudgedCell } from '../../../src/access/answer/judge.ts';
import type { CellReport } from '../../../src/access/answer/report.ts';
import { COMMANDS } from '../../../src/access/model.ts';

/** A cell as declared, of which a test changes what it is about. */
export const cell = (changes: Partial<JudgedCell> = {}): JudgedCell => ({
  table: 'app.notes',
  row: "owner's",
  persona: 'owner',
  command: 'select',
  outcome: 'allowed',
  expected: 'allowed',
  verdict: 'holds',
  statement: "select 1 from app.notes where id = '1'",
  columns: { granted: ['id', 'text'], of: 2 },
  ...changes,
});

const PERSONAS = ['anon', 'owner', 'admin'].map((name) => ({
  name,
  role: name === 'anon' ? 'anon' : 'user',
  settings: {},
}));

/** A matrix of two tables and three personas, with one cell that deviates, one that was not evaluated, and a long statement. */
export function matrix(): CellReport {
  const cells = ['app.notes', 'app.users'].flatMap((table) =>
    PERSONAS.flatMap(({ name: persona }) =>
      COMMANDS.map((command) =>
        cell({
          table,
          persona,
          command,
          statement: `${command} <${table}> & "x"`,
          ...(persona === 'anon'
            ? {
                outcome: 'no grant',
                expected: 'denied',
                columns: null,
                detail: '42501: permission denied',
                state: '42501',
              }
            : {}),
        }),
      ),
    ),
  );
  const change = (table: string, persona: string, command: string, changes: Partial<JudgedCell>): void => {
    const at = cells.findIndex((one) => one.table === table && one.persona === persona && one.command === command);
    cells[at] = { ...(cells[at] as JudgedCell), ...changes };
  };
  change('app.notes', 'admin', 'select', { expected: 'denied', verdict: 'deviates' });
  change('app.notes', 'owner', 'insert', { statement: `insert into app.notes values ('${'x'.repeat(2_000)}')` });
  change('app.users', 'owner', 'delete', { outcome: 'not evaluated', verdict: 'not evaluated', detail: 'No row.' });
  return {
    name: 'Notes',
    database: 'postgres://localhost/notes',
    table: null,
    personas: PERSONAS,
    cells,
    findings: {
      deviations: [
        {
          check: 'access',
          where: "admin · select · app.notes (owner's)",
          expected: 'denied',
          seen: 'allowed',
          evidence: 'begin;\nrollback;',
          fix: 'Close it.',
        },
      ],
      notEvaluated: [{ check: 'access', where: 'owner · delete · app.users', why: 'No row.' }],
    },
    explanation: null,
  };
}
