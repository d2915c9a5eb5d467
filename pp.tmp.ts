import pg from 'pg';
import { readMutableCatalog } from './src/mutate/operators/catalog.ts';
import { mutantsOf } from './src/mutate/operators/mutants.ts';
const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
let t = Date.now();
const catalog = await readMutableCatalog(client, { schemas: ['public', 'private', 'legacy', 'legacy_api'] });
console.log('read', Date.now() - t); t = Date.now();
const mutants = mutantsOf(catalog, { roles: ['anon', 'authenticated', 'service_role'] });
console.log('made', mutants.length, Date.now() - t);
const by = Object.entries(Object.groupBy(mutants, ({ operator }) => operator)).map(([o, l]) => [o, l!.length, l!.filter(m=>m.kind==='access').length]);
for (const x of by) console.log(x.join('\t'));
const only = process.argv[2];
if (only) for (const m of mutants.filter((m) => new RegExp(only).test(m.operator))) console.log(m.id, process.argv[3] ? '\n' + m.sql : '');
if (process.argv[4]) {
  t = Date.now();
  const bad: string[] = [];
  const { DIGEST } = await import('./pp-digest.tmp.ts');
  const digest = async () => JSON.stringify((await client.query(DIGEST)).rows);
  await client.query('begin');
  await client.query('set local search_path = \'\'');
  const before = await digest();
  for (const m of mutants.filter((m) => new RegExp(only ?? '').test(m.operator))) {
    await client.query('savepoint s');
    try {
      await client.query(m.sql);
      if ((await digest()) === before) bad.push('SAME ' + m.id + '\n' + m.sql.slice(0,300));
    } catch (e) { bad.push('FAIL ' + m.id + '\n      ' + e.message + '\n' + (process.argv[4]==='v' ? m.sql : '')); }
    await client.query('rollback to s');
  }
  await client.query('rollback');
  console.log('ran', Date.now() - t, 'bad', bad.length);
  console.log(bad.join('\n'));
}
await client.end();
