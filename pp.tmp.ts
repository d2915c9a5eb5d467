import { loadParser } from './src/sql/references.ts';
import { parsedCode, toBytes, CONDITION, VALUE } from './src/mutate/operators/edits/code.ts';
import { editsOf } from './src/mutate/operators/edits/all.ts';
import { applied } from './src/mutate/operators/edits/edit.ts';
await loadParser();
for (const [p,t] of [[CONDITION, `((a >= 'é') and not (b.c = any($1))) or x between 1 and 2 and case when f.q(a,2) then true end and s is null and i > '1 day'::interval`],
 ['', `select count(*) filter (where x <> 1) from t join u on t.a = u.b and u.c in (1,2) where exists (select 1 from z where z.a = t.a) or (a = 1 or b) order by 1 limit 10`],
 ['', `create trigger x before update on t for each row when (old.a is distinct from new.a) execute function f('1')`]] as const) {
 const code = parsedCode(toBytes(t), p);
 for (const e of editsOf(code, new Map())) console.log(e.operator, '|', applied(code.text, e), e.condition);
}
