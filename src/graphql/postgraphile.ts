let loading: ReturnType<typeof load> | undefined;

/** The parts of PostGraphile that building a schema, and asking it, need. */
export type PostGraphile = Awaited<ReturnType<typeof load>>;

/**
 * Loads PostGraphile, once. It takes longer to load than all the rest of rolecall, so that a command that needs no
 * GraphQL schema does not pay for it; a command that will need one can call this early, to load while it waits for
 * the database.
 */
export function loadPostGraphile(): Promise<PostGraphile> {
  loading ??= load();
  return loading;
}

async function load() {
  // Unset, it makes Grafast print advice on its import, and check its own work at each query.
  process.env.GRAPHILE_ENV ??= 'production';
  const [
    build,
    { makeIntrospectionQuery },
    { PostGraphileAmberPreset },
    { makePgService },
    { PgSimplifyInflectionPreset },
    { execute },
  ] = await Promise.all([
    import('postgraphile/graphile-build'),
    import('postgraphile/graphile-build-pg/pg-introspection'),
    import('postgraphile/presets/amber'),
    import('postgraphile/adaptors/pg'),
    import('@graphile/simplify-inflection'),
    import('postgraphile/grafast'),
  ]);
  return {
    makeSchema: build.makeSchema,
    makeIntrospectionQuery,
    makePgService,
    PostGraphileAmberPreset,
    PgSimplifyInflectionPreset,
    execute,
  };
}
