import { at } from '../clock.ts';
import { userId } from '../layout.ts';
import type { LegacyRows } from '../row.ts';
import type { Plan } from '../size.ts';

/** The accounts, as Supabase keeps them. */
export function users(plan: Plan): LegacyRows {
  return {
    table: 'auth.users',
    columns: ['id', 'email', 'raw_user_meta_data', 'created_at'],
    *rows() {
      for (let user = 0; user < plan.size.users; user++) {
        const profile = user % 3 === 1 ? {} : { display_name: `User ${user} Ünal` };
        yield [userId(plan, user), `user${user}@example.com`, JSON.stringify(profile), at(user * 7)];
      }
    },
  };
}
