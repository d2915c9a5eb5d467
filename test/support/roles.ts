import { randomUUID } from 'node:crypto';
import { asRoot } from './databases.ts';

/** A role of its own for a test file: roles belong to the whole server. Drop it after the databases that use it. */
export async function freshRole(attributes = ''): Promise<{ name: string; drop(): Promise<void> }> {
  const name = `test_role_${randomUUID().slice(0, 8)}`;
  await asRoot((root) => root.query(`create role "${name}" ${attributes}`));
  return {
    name,
    async drop() {
      await asRoot((root) => root.query(`drop role if exists "${name}"`));
    },
  };
}
