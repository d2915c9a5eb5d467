import { placesInWords, quoted, type TableRule } from './finding.ts';

/** A subquery without FROM, which is there to be evaluated once: `( SELECT auth.uid() AS uid)`. */
const CALL = /\( SELECT ((?:"?\w+"?\.)?"?\w+"?\([^()]*\)) AS "?\w+"?\)/g;

/**
 * Citus refuses a policy with a subquery on any table that it manages, and a policy runs where the rows are: on one
 * node, where nothing else may be asked. A subquery that only calls a function becomes the call.
 */
export const policyRule: TableRule = function* (table, place, ground) {
  if (place.kind === 'local') return;
  for (const policy of table.policies) {
    const object = `${quoted(policy.name)} on ${table.id}`;
    const base = { rule: 'policy' as const, where: table.id, object };
    const change = { drop: [`drop policy ${quoted(policy.name)} on ${table.sql};`], was: policy.definition };
    const [using, check] = [policy.using, policy.check].map((text) => text?.replaceAll(CALL, '$1') ?? null);
    const text = [using, check].filter(Boolean).join(' ');
    if (/\bSELECT\b/.test(text)) {
      const fix = 'Ask a column of the row itself, or settle who reads these rows how.';
      yield { ...base, status: 'broken', says: `${policy.name}: a subquery`, fix, change };
      continue;
    }
    const touched = ground.touch.all(text);
    if (touched.size > 0) {
      const [name = ''] = /"?\w+"?\."?\w+"?(?=\()/.exec(text) ?? [];
      yield {
        ...base,
        object: `${name}() in policies`,
        status: 'broken',
        says: `${policy.name}: ${name}() reads ${placesInWords(touched, ground)}`,
        fix: 'Ask the claims of the request instead, or settle who does this how.',
        change,
      };
      continue;
    }
    if (using === policy.using && check === policy.check) {
      yield { ...base, status: 'holds', says: policy.name };
      continue;
    }
    const parts = [using && `using (${using})`, check && `with check (${check})`].filter(Boolean).join(' ');
    yield {
      ...base,
      status: 'changed',
      says: `${policy.name}: calls its function without a subquery`,
      change: { add: [`alter policy ${quoted(policy.name)} on ${table.sql} ${parts};`], was: policy.definition },
    };
  }
};
