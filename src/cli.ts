import { Command, CommanderError, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { ExitCode } from './commands/context.ts';
import { isServerError, serverErrorText } from './database/error-text.ts';
import { stopAll } from './database/running.ts';
import { endWith } from './end.ts';
import { UserError } from './errors.ts';

const config = () => new Option('-c, --config <file>', 'the configuration file').default('rolecall.config.ts');
const format = () =>
  new Option('--format <format>', 'text for people, or JSON for programs')
    .choices(['text', 'json'] as const)
    .default('text' as const);

const wholeNumber = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};

const portNumber = (text: string): number => {
  const port = wholeNumber(text);
  if (port > 65_535) throw new InvalidArgumentError('It must be at most 65535.');
  return port;
};

const program = new Command('rolecall')
  .description(
    'Proves who may do what in a PostgreSQL database: it executes statements as each persona, builds the GraphQL schema of each role, and compares the results with what is declared and with the snapshots.',
  )
  .addHelpText(
    'after',
    `
rolecall uses the server that DATABASE_URL names (PostgreSQL 15 or later with the extensions that the migrations create).
SHADOW_DATABASE_URL and ROOT_DATABASE_URL default to databases on the same server. Without DATABASE_URL it uses the
embedded engine, which needs no installation.

The daily loop: \`rolecall watch\`, edit current.sql, \`rolecall commit --message "…"\`, \`rolecall snapshot\`.
Exit codes: 0 holds, 1 deviates, 2 could not run. Commands that run graphile-migrate keep its exit codes.`,
  )
  .showHelpAfterError('(rolecall --help says more)')
  // Set before the commands are made, which inherit it.
  .exitOverride();

program
  .command('start')
  .summary('build everything from the repository, prove it, and prepare a database to work on')
  .description(
    `Starts the embedded engine, or uses the server that DATABASE_URL names. Recreates the shadow database as production was before the migrations, with realistic legacy rows, runs the committed migrations and current.sql on it, and accounts for every row. Proves access as each persona, builds the GraphQL schema of each role, generates the types, runs current.sql a second time, and compares the results with the files that are checked in. Then migrates your own database, or creates it with the same legacy rows if it does not exist.`,
  )
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/start.ts')).start(flags)));

program
  .command('watch')
  .summary('graphile-migrate watch, with a verdict after each run of current.sql and each save of a declaration')
  .description(
    `Runs graphile-migrate's watch on your database. After each run of current.sql, and each save of the configuration or of a file that its layout names, it proves your database in transactions that are rolled back. It reports what changed in each role's GraphQL schema since the snapshots, and which cells of the access matrix are not as declared, each with the statement that shows it. With --format json each verdict is one line of JSON on stdout, and graphile-migrate's output goes to stderr.`,
  )
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/watch.ts')).watch(flags)));

program
  .command('check')
  .summary('verify and write nothing; exit code 1 and a diff when something deviates')
  .description(
    `Builds the shadow database from the repository alone, proves it, and compares it with the declarations, the snapshots and the generated types. Each deviation says what was expected, what was seen, which statement shows it, and how to fix it. Neither files nor your own database are changed.`,
  )
  .option('--as-it-is', 'prove the database that DATABASE_URL names, instead of a shadow database built for it')
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/check.ts')).check(flags)));

program
  .command('access')
  .summary(
    'answer who may do what, for one persona and table or for all, and explain which policy and grant make it so',
  )
  .description(
    `Probes your database as it is, in a transaction that is rolled back, and says for each persona, class of rows and command what the server did, what is declared, and which statement shows it. With --table only that table is probed, with --as only that persona is shown. --explain says why: the grants, the policies that apply, what each was for each row, and the triggers. Without any of them it gives the complete matrix. A table needs its schema only where its name is not unique in the API schemas, or else in the proven ones.`,
  )
  .option('--as <persona>', 'one persona')
  .addOption(new Option('--table <table>', 'one table or view').conflicts('explain'))
  .option('--explain <table>', 'one table or view, with the grants and policies that make its rule')
  .addOption(config())
  .addOption(
    new Option('--format <format>', 'text for people, JSON for programs, or a page')
      .choices(['text', 'json', 'markdown', 'html'] as const)
      .default('text' as const),
  )
  .action(async (flags) => finish((await import('./commands/access.ts')).access(flags)));

program
  .command('declare')
  .summary('declare a new table, view or function as the database has it now, for you to correct')
  .description(
    `Asks your database by probes who may do what with the table, view or function, and derives a row for the world and a size from its catalogs, in transactions that are rolled back. Writes the lines into the files that \`layout.declared\` of the configuration names, and reads the configuration again; where a file has no such object or list written out, it prints the line. What is declared already stays as it is. Exit code 1 if nothing was declared, or if something is left to you.`,
  )
  .argument('<object>', 'schema.table, or schema.function; with its types where several have that name')
  .option('--print', 'print the lines, and write no file')
  .addOption(config())
  .addOption(format())
  .action(async (object, flags) => finish((await import('./commands/declare.ts')).declare(flags, object)));

program
  .command('plans')
  .summary('plan every query file as its persona on tables of production size, and compare the plans with the files')
  .description(
    `Plans each query file on your database: as its persona, under row level security, with typical and with heavy parameters, as a generic and as a custom plan, with statistics that say how large each table is in production. Reports a sequential scan of a growing table, an expected index that is not used, a sort that an index could avoid, a function that runs once per row, a foreign key whose rows no index finds, and an index that no plan needs. Compares with the snapshot of the plans. Everything runs in a transaction that is rolled back.`,
  )
  .addOption(config())
  .addOption(format())
  .option('--measure', 'on a database of production size: plan with its own statistics, execute, and count pages')
  .action(async (flags) => finish((await import('./commands/plans.ts')).plans(flags)));

program
  .command('drift')
  .summary('compare a live database with what the committed migrations make, and write SQL that keeps the differences')
  .description(
    `Reads the catalogs of the database that --remote names, in one transaction that can write nothing, and compares them object by object with the checked-in structure, which check holds against the migrations. Says what was changed by hand, each with a query that shows it, and writes the statements for current.sql that keep the change. It takes no more rights than to connect; what the role may not read is said, and never counts as equal.`,
  )
  .requiredOption('--remote <url>', 'the connection string of the live database')
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/drift.ts')).drift(flags)));

program
  .command('mutate')
  .summary('change the database one small step at a time, and list the changes that no probe notices')
  .description(
    `Builds the shadow database as check does, and changes it in transactions that are rolled back: policies, privileges, functions and their bodies, roles, views, keys, defaults, indexes. After each change the probes run that could notice it, until one does. Lists the changes that none notices and that the configuration does not account for, each with its statement and the probe that is missing (docs/mutate.md). Results are kept below the folder of the database: a run that was stopped goes on where it was.`,
  )
  .option('--changed', 'only mutants of what differs from the last commit')
  .addOption(new Option('--sample <n>', 'a sample of this size; with --changed, of the rest').argParser(wholeNumber))
  .addOption(new Option('--seed <n>', 'which sample it is').argParser(wholeNumber).default(1))
  .option('--operator <pattern>', 'only mutants of operators of this name; * stands for any text')
  .option('--object <pattern>', 'only mutants of objects of this name, and of what concerns them')
  .option('--list', 'list the mutants, and try none')
  .option('--report <file>', 'write the full report as Markdown')
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/mutate.ts')).mutate(flags)));

program
  .command('review')
  .summary('what a change does to each role, to rows, structure, API and plans, on one page')
  .description(
    `Builds the database of two commits, each with its own configuration, spec and migrations, and says what is different for whom: access, the API of each role, structure, rows, migrations, plans (docs/review.md). Writes a Markdown page that fits a comment of a pull request, and an HTML page for a browser. Neither your databases nor your checkout are changed; what was built of a commit is remembered. Exit code 1 only for what must not be merged, which the configuration names (\`review.refuse\`).`,
  )
  .requiredOption('--base <ref>', 'the commit that the change goes into, such as origin/main')
  .option(
    '--head <ref>',
    'the commit with the change; uncommitted changes come with the commit that is checked out',
    'HEAD',
  )
  .option('--markdown <file>', 'where the Markdown page is written; below the folder of the database otherwise')
  .option('--html <file>', 'where the HTML page is written; below the folder of the database otherwise')
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/review.ts')).review(flags)));

program
  .command('review-state', { hidden: true })
  .description('the process in which review gathers the facts of one state')
  .requiredOption('--task <file>', 'what is to be gathered')
  .requiredOption('--out <file>', 'where the facts are written')
  .addOption(config())
  .action(async (flags) => finish((await import('./commands/review-state.ts')).reviewState(flags, process.env)));

program
  .command('scale')
  .summary('check which tables a distributed engine can distribute, and write the script that distributes them')
  .description(
    `Reads the catalogs of your database. For each table it says which keys, foreign keys, policies and triggers Citus can distribute unchanged, which ones the script changes, and which ones Citus can't keep, with what replaces them (docs/scaling.md). The database is not changed. The script is written only if nothing is unresolved.`,
  )
  .addOption(
    new Option('--check <engine>', 'the engine whose rules apply').choices(['citus'] as const).makeOptionMandatory(),
  )
  .option('--script <file>', 'write the script that distributes the tables to this file')
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/scale.ts')).scale(flags)));

program
  .command('snapshot')
  .summary('write the snapshots that a pull request shows: access matrix, structure, plans, GraphQL schemas, types')
  .description(
    `Builds and proves as check does, then writes the snapshots and the generated types, and deletes snapshots of things that no longer exist. Read what it wrote before you commit it: reviewers see it.`,
  )
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/snapshot.ts')).snapshot(flags)));

program
  .command('export')
  .summary('export the committed migrations for another tool')
  .description(`Exports the committed migrations for another tool that runs them.`)
  .command('supabase')
  .description(
    `Writes each committed migration as a file for \`supabase db push\` (docs/supabase.md), and deletes those whose migration is not committed any more; files that it did not export stay. Checks that Supabase's hosted service runs every statement. Exit code 1 if it would refuse one.`,
  )
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/export.ts')).exportSupabase(flags)));

program
  .command('adopt')
  .summary("change a database over between graphile-migrate's history and Supabase's, checked by its catalogs")
  .description(
    `Finds out how many of the committed migrations your database has run, by comparing its catalogs with those of the shadow database after each migration. Then records them in the history of graphile-migrate and in that of Supabase's command line, as far as they are not there: either tool can go on. Refuses, and says what differs, when the catalogs are not those after any migration.`,
  )
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/adopt.ts')).adopt(flags)));

program
  .command('commit')
  .summary('graphile-migrate commit with a gate: access must be as declared, and the migration re-runnable')
  .description(
    `graphile-migrate's commit: current.sql becomes the next committed migration. First, a gate runs on the shadow database. It refuses the migration if the access matrix is not as declared, if a role's GraphQL schema does not build without warnings, or if two more runs of the migration change catalogs or rows. After a refusal current.sql is unchanged, byte for byte, and so is your database.`,
  )
  .option('-m, --message <message>', 'the message that names the migration')
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
    'graphile-migrate migrate: run the committed migrations that the database has not run yet, and check the invariants. Exit code 1 if one is broken or could not be evaluated, 2 if something outside stopped it: a lock, a timeout, a full disk, another migration, a lost server; it can then be run again.',
  )
  .addOption(config())
  .action(async (flags) => finish((await import('./commands/migrations.ts')).migrate(flags)));

const online = program
  .command('online')
  .summary('move the legacy database while the app uses it: prepare, then switch, or abort')
  .description(
    `Moves a legacy database to the new schema without a maintenance window (docs/migrating.md). prepare creates the new tables in schemas of their own, fills them in batches, follows the writes to the old tables, and accounts for every row. It may be stopped at any time and resumes where it stopped. switch then replaces the old tables with the new ones in one short transaction. Before the switch, abort removes everything that prepare created.`,
  );

for (const [name, step, description] of [
  ['prepare', 'prepare', 'create and fill the new tables while the app uses the old ones'],
  [
    'switch',
    'switchTables',
    'replace the old tables with the new ones, record the committed migrations as run, and check the invariants',
  ],
  ['abort', 'abort', 'before the switch: remove everything that prepare created'],
  ['stage', 'stage', 'report the stage that the move has reached'],
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
  .description(
    'long after the switch: drop the old tables for good, unless they hold something that exists nowhere else',
  )
  .option('--confirm <database>', 'the name of the database; there is no way back')
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/online.ts')).dropOld(flags)));

program
  .command('reset')
  .description(
    'graphile-migrate reset: drop the database, and recreate it from legacy data and the committed migrations',
  )
  .option('--erase', 'required if DATABASE_URL names a server: everything in the database is lost')
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
  .summary('migrate a copy of a real database, and account for every row and every value')
  .description(
    `Restores a database or a dump into a new database on the server of DATABASE_URL (or on the embedded engine), takes a digest of every value, runs the committed migrations on the copy, and accounts for every row and every value: unchanged, changed by a named rule, quarantined, or NULL. Checks the invariants on the copy. The source is only read. Exit code 1 if a value was lost or altered, if a row is unaccounted for, or if an invariant is broken or could not be evaluated. The copy is dropped at the end.`,
  )
  .requiredOption('--from <source>', 'a connection string (postgres://…), or a dump of pg_dump’s in any format')
  .option('--html <file>', 'write the full report as an HTML page')
  .option('--no-locks', 'skip the two further runs that observe locks and the sessions that wait for them')
  .option('--keep', 'keep the migrated copy, and print its connection string')
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/rehearse.ts')).rehearse(flags)));

program
  .command('restore-quarantined')
  .summary('restore rows that a migration quarantined, once their parent rows exist')
  .description(
    `Runs the carry sections of the migration on the quarantined rows, in one transaction. A row whose parent exists now is restored, and so are the rows that depend on it. A row that can't be restored is listed with the reason. Rows stay in the quarantine table; a restored row has the time of its restoration. Exit code 1 if a row stays quarantined.`,
  )
  .option('--table <table>', 'only rows of this table, and rows that depend on them')
  .option('--reason <reason>', 'only rows quarantined for this reason, and rows that depend on them')
  .option('--dry-run', 'report what would be restored, and change nothing')
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/restore-quarantined.ts')).restoreQuarantinedRows(flags)));

program
  .command('psql')
  .summary('psql on your database; with --as, as a persona, with the rows of the world')
  .description(
    `Opens psql on your database. With --as, psql starts in a transaction that holds the rows of the world and has the role and the claims of a persona. Statements from a report can be pasted there; leaving psql rolls everything back. Arguments for psql follow after --, for example: rolecall psql --as stranger -- -c 'select current_user'`,
  )
  .argument('[arguments...]', 'arguments for psql, after --')
  .option('--as <persona>', 'start in a transaction with the rows of the world, as this persona')
  .addOption(config())
  .action(async (args, flags) => finish((await import('./commands/psql.ts')).psql(flags, args)));

program
  .command('serve')
  .summary('GraphiQL on your database, as a persona that a switch in the page changes')
  .description(
    `Serves GraphiQL on 127.0.0.1, with the GraphQL schema that each persona's role has, until Ctrl-C (docs/graphql.md). Each request runs as the chosen persona, in a transaction that holds the rows of the world and is rolled back. A DATABASE_URL that names a server on another machine is refused without --remote.`,
  )
  .option('--as <persona>', 'the persona that the page begins with; the first one of the configuration otherwise')
  .addOption(new Option('--port <n>', 'the port on 127.0.0.1; 0 takes a free one').argParser(portNumber).default(5678))
  .option('--keep', 'keep what requests change; the rows of the world are not there then')
  .option('--remote', 'serve a database that is on another machine')
  .addOption(config())
  .action(async (flags) => finish((await import('./commands/serve.ts')).serve(flags)));

program
  .command('db')
  .summary('the embedded engine in the foreground, with its connection strings')
  .description(
    `Runs the embedded engine in the foreground and prints its connection strings, for any client. Other commands use the running engine. The data stays in the folder that the configuration names.`,
  )
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/db.ts')).db(flags)));

program
  .command('gate', { hidden: true })
  .description('the hook in .gmrc that graphile-migrate runs on the shadow database before it commits')
  .addOption(config())
  .addOption(format())
  .action(async (flags) => finish((await import('./commands/gate.ts')).gate(flags, process.env)));

program
  .command('load-legacy', { hidden: true })
  .description('the hook in .gmrc that graphile-migrate runs on a database after reset')
  .addOption(config())
  .action(async (flags) =>
    finish((await import('./commands/migrations.ts')).loadLegacy(flags, process.env.GM_DBURL ?? '')),
  );

// Whoever read the output has gone, as `| head` does: the rest is for nobody, and the exit code is still the command's.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

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
  endWith(await result);
}

/** Writes an error to stderr for people and exits with 2. Only an error that rolecall did not expect shows its stack. */
async function fail(error: unknown): Promise<void> {
  // Of the command line: it has been said already.
  if (error instanceof CommanderError) return endWith(error.exitCode === 0 ? 0 : 2);
  const text =
    error instanceof UserError
      ? error.message
      : isServerError(error)
        ? serverErrorText(error)
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error);
  process.stderr.write(`rolecall: ${text}\n`);
  await stopAll();
  endWith(2);
}
