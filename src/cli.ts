import { Command, Option } from '@commander-js/extra-typings';
import type { ExitCode } from './commands/context.ts';
import { stopAll } from './database/running.ts';

/** Errors that a person can act on: shown without a stack. */
const EXPLAINED = new Set(['DatabaseError', 'ConfigError', 'MigrationError', 'RehearsalError', 'RestoreError']);

const config = () => new Option('-c, --config <file>', 'the project').default('rolecall.config.ts');
const format = () =>
  new Option('--format <format>', 'for people or for machines')
    .choices(['text', 'json'] as const)
    .default('text' as const);

const program = new Command('rolecall')
  .description(
    'Proves who may do what in a PostgreSQL database: by executing statements as each persona, building the GraphQL schema of each role, and comparing both with what is declared and checked in.',
  )
  .addHelpText(
    'after',
    `
Works on the server that DATABASE_URL names (PostgreSQL 15 or later with the needed extensions; SHADOW_DATABASE_URL and
ROOT_DATABASE_URL default to databases beside it), or on the embedded engine, which needs nothing.

The daily loop: \`rolecall watch\`, edit current.sql, \`rolecall commit --message "…"\`, \`rolecall snapshot\`.
Exit codes: 0 holds, 1 deviates, 2 could not run. Commands of graphile-migrate keep its own.`,
  )
  .showHelpAfterError('(rolecall --help says more)')
  // Set before the commands are made, which inherit it.
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

program
  .command('start')
  .summary('from nothing to a verdict: server, migrations over legacy data, every proof, and a database to work on')
  .description(
    `Starts the embedded engine (or uses the server that DATABASE_URL names), makes the shadow database anew as production was before the migrations, with realistic legacy rows in it, runs the committed migrations and current.sql over it, and accounts for every row. Proves access as each persona, builds the GraphQL schema of each role, generates the types, runs current.sql again, and compares all of it with what is checked in. Then brings your own database up to date; it is made, with the same legacy rows, where it does not exist yet.`,
  )
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/start.ts')).start(flags)));

program
  .command('watch')
  .summary('graphile-migrate watch, with a verdict after each run of current.sql and each save of spec/')
  .description(
    `Runs graphile-migrate's own watch on your database. After each run of current.sql (and each save below spec/ or of the configuration) it proves your database as it stands, in transactions that are rolled back, and says what changed in each role's GraphQL schema against the snapshots, and which cells of the access matrix are no longer as declared, each with the statement that shows it. With --format json it writes one line of JSON a verdict, and graphile-migrate's words to stderr.`,
  )
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/watch.ts')).watch(flags)));

program
  .command('check')
  .summary('verify, and write nothing: exit code 1 and a diff when something deviates')
  .description(
    `Builds the shadow database from nothing but the repository, proves it, and compares it with spec/, snapshots/ and the generated types. Each deviation says what was expected, what was seen, what shows it, and what to do. Files and your own database stay as they are.`,
  )
  .option('--as-it-is', 'prove the database of DATABASE_URL as it stands, instead of a shadow database made anew')
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/check.ts')).check(flags)));

program
  .command('plans')
  .summary(
    'plan every query of spec/queries as its persona on tables of production size, and hold the plans to the files',
  )
  .description(
    `Plans each query of spec/queries on your database as it stands: as its persona, under row level security, for typical and heavy parameters, once for any parameters and once for these, with the planner told how large each table is in production. Says where a growing table is read whole, an expected index is not used, rows are sorted that an index has in order, a function runs for each row, a foreign key does not find its rows, and an index is needed by nothing. Compares with snapshots/plans.md. Everything runs in a transaction that is rolled back.`,
  )
  .addOption(config())
  .addOption(format())
  .option('--measure', 'on a database of production size: plan on the rows that are there, and count pages')
  .action(async (flags) => finish((await import('./commands/plans.ts')).plans(flags)));

program
  .command('scale')
  .summary('hold the catalogs against what a distributed engine can distribute, and write the script that does')
  .description(
    `Reads the catalogs of your database as it stands, and says of each table which key, foreign key, policy and trigger Citus distributes as it is, which the script changes, and what can't go along, with what is done instead (docs/scaling.md). Nothing is changed. The script is written when nothing is open.`,
  )
  .addOption(new Option('--check <engine>', 'whose rules').choices(['citus'] as const).makeOptionMandatory())
  .option('--script <file>', 'write the script that distributes')
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/scale.ts')).scale(flags)));

program
  .command('snapshot')
  .summary('write the snapshots that a pull request shows: GraphQL schemas, access matrix, types')
  .description(
    `Builds and proves as check does, then writes snapshots/ and the generated types, and deletes snapshots of what is no more. Read what it wrote before you commit it: it is what reviewers see.`,
  )
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/snapshot.ts')).snapshot(flags)));

program
  .command('commit')
  .summary('graphile-migrate commit, gated: refused unless access is as declared, GraphQL builds, and it can run again')
  .description(
    `graphile-migrate's commit: current.sql becomes the next committed migration. Before that, on the shadow database, a gate refuses it when the access matrix is not as spec/access.ts declares, when a role's GraphQL schema does not build without warnings, or when the migration cannot run twice more with equal catalogs and rows. current.sql is then as it was, to the byte, and your database is untouched.`,
  )
  .option('-m, --message <message>', 'names the migration')
  .addOption(config())
  .action(async (flags) => finish((await import('./commands/migrations.ts')).commit(flags)));

program
  .command('uncommit')
  .description('graphile-migrate uncommit: the newest committed migration becomes current.sql again')
  .addOption(config())
  .action(async (flags) => finish((await import('./commands/migrations.ts')).uncommit(flags)));

program
  .command('migrate')
  .description(
    'graphile-migrate migrate: run the committed migrations that the database does not have yet. Exit code 2 when something outside stopped it: a lock, a time limit, a full disk, another migration, a server that went away; it can then be run again.',
  )
  .addOption(config())
  .action(async (flags) => finish((await import('./commands/migrations.ts')).migrate(flags)));

const online = program
  .command('online')
  .summary('move the legacy database while it is used: prepare, switch; abort')
  .description(
    `Moves a legacy database to the new schema without a maintenance window (docs/migrating.md). prepare makes the new tables beside the old ones, fills them in batches, keeps them in step with what is written meanwhile, and accounts for every row; it may be stopped at any time and goes on where it was. switch then puts them in place, in one transaction of a moment. Until then, abort removes every trace.`,
  );

for (const [name, step, description] of [
  ['prepare', 'prepare', 'make and fill the new tables, out of sight, while the old ones are used'],
  ['switch', 'switchTables', 'put the new tables in the place of the old ones; committed migrations count as run'],
  ['abort', 'abort', 'before the switch: remove every trace of the preparation'],
  ['stage', 'stage', 'say how far it has come'],
] as const) {
  online
    .command(name)
    .description(description)
    .addOption(config())
    .addOption(format())
    .action(async (flags) => finish((await import('./commands/online.ts'))[step](flags)));
}

online
  .command('drop-old')
  .description('long after the move: drop the old tables for good, unless something in them is nowhere else')
  .option('--confirm <database>', 'the name of the database, since there is no way back')
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/online.ts')).dropOld(flags)));

program
  .command('reset')
  .description(
    'graphile-migrate reset: drop the database, and make it anew from legacy data and the committed migrations',
  )
  .option('--erase', 'needed when DATABASE_URL names a server: everything in the database is lost')
  .option('--shadow', 'the shadow database instead')
  .addOption(config())
  .action(async (flags) => finish((await import('./commands/migrations.ts')).reset(flags)));

program
  .command('status')
  .description(
    'graphile-migrate status: exit code 1 for pending migrations, 2 for a current.sql that is not empty, 3 for both',
  )
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/migrations.ts')).status(flags)));

program
  .command('rehearse')
  .summary('migrate a copy of a real database, and account for every row and every value of it')
  .description(
    `Makes a copy of a database, or of a dump, in a database of its own on the server of DATABASE_URL (or on the embedded engine), measures every value, runs the committed migrations over it, and accounts for every row and every value: unchanged, changed by a named rule, set aside, or NULL. The source is only read. Exit code 1 when one value was lost or altered, or one thing is unaccounted for. The copy is dropped at the end.`,
  )
  .requiredOption('--from <source>', 'a connection string (postgres://…), or a dump of pg_dump’s in any format')
  .option('--html <file>', 'write a page with all of it')
  .option('--no-locks', 'do not run the migrations twice more, to see their locks and who waits for them')
  .option('--keep', 'let the migrated copy stay, and print its connection string')
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/rehearse.ts')).rehearse(flags)));

program
  .command('restore-quarantined')
  .summary('put rows that a migration set aside back, once their parents are there')
  .description(
    `Runs the sections of the migration that carry rows over those that it set aside, in one transaction. A row whose parent is there by now is put back, and with it the rows that waited for it; what can't be is listed with what is in its way. Nothing is taken from the quarantine: a row that was put back says when. Exit code 1 when something stays set aside.`,
  )
  .option('--table <table>', 'rows of this table, and those that wait for them')
  .option('--reason <reason>', 'rows that were set aside for this, and those that wait for them')
  .option('--dry-run', 'say what would be put back, and change nothing')
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/restore-quarantined.ts')).restoreQuarantinedRows(flags)));

program
  .command('psql')
  .summary('psql on the database; with --as, as a persona, among the rows that the probes use')
  .description(
    `Opens psql on your database. With --as, it begins a transaction, adds the rows of the world (spec/world.ts), and takes the role and claims of a persona: what a report shows can be pasted there, and leaving psql rolls it back. Arguments for psql follow after --, for example: rolecall psql --as stranger -- -c 'select current_user'`,
  )
  .argument('[arguments...]', 'passed on to psql (after --)')
  .option('--as <persona>', 'in a transaction with the rows of the world and the role and claims of a persona')
  .addOption(config())
  .action(async (args, flags) => finish((await import('./commands/psql.ts')).psql(flags, args)));

program
  .command('db')
  .summary('the embedded engine in the foreground, with its connection strings')
  .description(
    `Runs the embedded engine in the foreground and prints its connection strings, for any client. Other commands that are run meanwhile join it. The data is in the folder that the configuration names, and is there again the next time.`,
  )
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/db.ts')).db(flags)));

program
  .command('gate', { hidden: true })
  .description('what graphile-migrate runs on the shadow database before it commits (the hook in .gmrc)')
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/gate.ts')).gate(flags, process.env)));

program
  .command('load-legacy', { hidden: true })
  .description('what graphile-migrate runs on a database that was just reset (the hook in .gmrc)')
  .addOption(config())
  .action(async (flags) =>
    finish((await import('./commands/migrations.ts')).loadLegacy(flags, process.env.GM_DBURL ?? '')),
  );

// Ctrl-C: the engine is stopped first, so that no process is left behind and the data folder is free.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.once(signal, async () => {
    await stopAll();
    process.exit(code);
  });
}

await program.parseAsync().catch(fail);

async function finish(result: Promise<ExitCode>): Promise<void> {
  const code = await result;
  // Output to a pipe is asynchronous: it must be out before the process ends.
  await new Promise((resolve) => process.stdout.write('', resolve));
  process.exit(code);
}

async function fail(error: unknown): Promise<void> {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  process.stderr.write(`rolecall: ${EXPLAINED.has(name) ? message : (stack ?? message)}\n`);
  await stopAll();
  process.exit(2);
}
