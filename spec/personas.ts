// Lines of the access spec that many tables share.

/** Nobody may do anything. */
export const NOBODY = { anon: '—', owner: '—', stranger: '—', moderator: '—', admin: '—', service: '—' };
/** What everybody signed in reads, and admins look after. */
export const CONTENT = { anon: '—', owner: 'S', stranger: 'S', moderator: 'S', admin: 'S I U D', service: 'S I U D' };
/** The same, of a public channel. */
export const PUBLIC_CONTENT = { ...CONTENT, anon: 'S' };
/** What the service works with, and admins see. */
export const OPERATIONS = { ...NOBODY, admin: 'S', service: 'S I U D' };

/** Rows of one user: nobody else signed in reaches them, admins included. */
export function of(owner: string, others: { service: string } = { service: 'S I U D' }) {
  return { ...NOBODY, owner, ...others };
}

export const NO_ONE = '—';
export const SIGNED_IN = 'owner, stranger, moderator, admin';
