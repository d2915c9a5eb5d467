import { GraphqlError } from './error.ts';

type PgService = GraphileConfig.PgServiceConfiguration<'@dataplan/pg/adaptors/pg'>;
type WithPgClient = Awaited<ReturnType<PgService['adaptor']['createWithPgClient']>>;
type PgClient = Parameters<Parameters<WithPgClient>[1]>[0];

/** PostGraphile's introspection query, and its answer: a JSON text. */
export interface Introspection {
  readonly question: string;
  readonly answer: string;
}

/** Runs one query of ours on a service's pool, as the user who connected. */
export async function query<Row>(service: PgService, text: string, values: unknown[] = []): Promise<readonly Row[]> {
  const withPgClient = await service.adaptor.createWithPgClient(service.adaptorSettings);
  const { rows } = await withPgClient(null, (client) => client.query<Row>({ text, values }));
  return rows;
}

/** Runs PostGraphile's introspection query once, for all roles. */
export async function introspect(service: PgService, question: string): Promise<Introspection> {
  const [row] = await query<{ introspection: string }>(service, question);
  if (!row) throw new GraphqlError('The server did not answer the introspection query of PostGraphile.');
  return { question, answer: row.introspection };
}

/**
 * The service as a role sees it. The answer to PostGraphile's question is the same for every role but for the name of
 * the current user, so that it is not asked again: the role gets the answer with its own name in it. Whatever else is
 * asked (the rows of enum tables) is asked as the role.
 */
export function asSeenBy(service: PgService, role: string, introspection: Introspection): PgService {
  const rows = [{ introspection: withCurrentUser(introspection.answer, role) }];
  return {
    ...service,
    pgSettingsForIntrospection: { role },
    adaptor: {
      ...service.adaptor,
      async createWithPgClient(settings, variant) {
        const withPgClient = await service.adaptor.createWithPgClient(settings, variant);
        const answering: WithPgClient = async (pgSettings, use) => {
          const client: Pick<PgClient, 'query' | 'withTransaction'> = {
            // The rows of a query are of the type its caller names: this one names what is known here.
            query: async <Row>(asked: { text: string }) =>
              asked.text === introspection.question
                ? { rows: rows as unknown as readonly Row[], rowCount: 1 }
                : withPgClient(pgSettings, (real) => real.query<Row>(asked)),
            withTransaction: (inTransaction) =>
              withPgClient(pgSettings, (real) => real.withTransaction(inTransaction as never)),
          };
          return use(client as PgClient);
        };
        return answering;
      },
    },
  };
}

const CURRENT_USER = /"current_user" : "(?:[^"\\]|\\.)*"/g;

/**
 * The answer with another role as its current user. json_build_object puts a space before the colon and row_to_json
 * does not, so that no row of a catalog can look like this key.
 */
export function withCurrentUser(answer: string, role: string): string {
  let replaced = 0;
  const seen = answer.replace(CURRENT_USER, () => {
    replaced++;
    return `"current_user" : ${JSON.stringify(role)}`;
  });
  if (replaced !== 1) {
    throw new GraphqlError(
      `The introspection of PostGraphile names the current user ${replaced} times, not once: rolecall does not support this version of it. Install the version that package-lock.json pins.`,
    );
  }
  return seen;
}
