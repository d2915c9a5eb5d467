/**
 * The extensions that Supabase's hosted service lets `postgres` create: `supautils.privileged_extensions` of its server's
 * configuration, and those that PostgreSQL trusts every owner of a database with.
 */
const OFFERED = new Set(
  `address_standardizer address_standardizer_data_us autoinc bloom btree_gin btree_gist citext cube dblink dict_int
   dict_xsyn earthdistance fuzzystrmatch hstore http hypopg index_advisor insert_username intarray isn lo ltree moddatetime
   pg_buffercache pg_cron pg_graphql pg_hashids pg_jsonschema pg_net pg_partman pg_prewarm pg_repack pg_stat_monitor
   pg_stat_statements pg_tle pg_trgm pg_walinspect pgaudit pgcrypto pgjwt pgmq pgroonga pgroonga_database pgrouting
   pgrowlocks pgsodium pgstattuple pgtap plcoffee plls plpgsql plpgsql_check plv8 postgis postgis_raster postgis_sfcgal
   postgis_tiger_geocoder postgis_topology postgres_fdw refint rum seg sslinfo supabase_vault tablefunc tcn timescaledb
   tsm_system_rows tsm_system_time unaccent uuid-ossp vector wrappers`.split(/\s+/),
);

/** Whether the hosted service lets `postgres` create an extension. */
export const isOffered = (extension: string): boolean => OFFERED.has(extension);
