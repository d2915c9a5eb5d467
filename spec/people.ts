/** The users of the world. Their ids stand in the personas' claims, and in the rows that are theirs. */
export const people = {
  owner: '00000000-0000-4000-8000-00000000aaa1',
  stranger: '00000000-0000-4000-8000-00000000aaa2',
  moderator: '00000000-0000-4000-8000-00000000aaa3',
  admin: '00000000-0000-4000-8000-00000000aaa4',
} as const;

/** The claims of a request as PostgREST hands them to the database for a signed-in user. */
export function claimsOf(person: keyof typeof people): Record<string, string> {
  return { 'request.jwt.claims': JSON.stringify({ sub: people[person], role: 'authenticated' }) };
}
