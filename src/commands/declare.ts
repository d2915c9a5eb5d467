import { withPlainNames } from '../access/names.ts';
import { personasOf } from '../access/personas.ts';
import { withClient } from '../database/connect.ts';
import { withServer } from '../database/server.ts';
import { suggest } from '../declare/suggest.ts';
import { declareText } from '../declare/text.ts';
import { place } from '../declare/write.ts';
import { configOf, type ExitCode, print, type ReportFlags } from './context.ts';

export interface DeclareFlags extends ReportFlags {
  readonly print?: true;
}

/**
 * Declares a relation or function as your database has it now, in the files that the layout names, for a person to correct.
 * The exit code is 1 when it is declared already, and when something was left to a person.
 */
export async function declare(flags: DeclareFlags, object: string): Promise<ExitCode> {
  const config = await configOf(flags);
  const plain = withPlainNames(config);
  return withServer(config.database, async ({ urls }) => {
    const declared = { ...plain, personas: personasOf(config), queries: config.queries };
    const suggestion = await withClient(urls.main, (client) => suggest(client, declared, object), { pipeline: true });
    const placed = await place(suggestion.declarations, { path: flags.config, config }, flags.print !== true);
    print(config, flags.format, declareText(suggestion, placed), { ...suggestion, placed });
    const left = flags.print !== true && placed.some(({ written }) => !written);
    return placed.length === 0 || left || suggestion.open.length > 0 ? 1 : 0;
  });
}
