import { host } from './legacy/environment.ts';

const CLAIMS = 'It answers from the claims of who calls it, and policies call it.';

/** What client roles reach that is not ours to prove, and why that is as it should be (docs/known.md). */
export const known: Readonly<Record<string, string>> = {
  'role service_role bypassrls': 'The service acts for everybody: its privileges are all that hold it.',
  'function auth.uid()': CLAIMS,
  'function auth.role()': CLAIMS,
  'function auth.jwt()': CLAIMS,
  'host function auth.email()': CLAIMS,
  'host default privileges of supabase_admin in public': 'Supabase makes nothing in public but what people ask it for.',
  // Of auth, nothing else: who reads its tables reads everybody's addresses.
  ...Object.fromEntries(
    host.schemas
      .filter((schema) => schema !== 'auth')
      .map((schema) => [`host schema ${schema}`, 'Supabase makes and grants all of it, and no row of ours is in it.']),
  ),
};
