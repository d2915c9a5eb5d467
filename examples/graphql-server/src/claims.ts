import type { IncomingMessage } from 'node:http';
import { jwtVerify } from 'jose';

/** Whoever sends a request, as the database is told: a role, and the claims that policies read. */
export interface Caller {
  readonly role: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The roles that a token may name. The service's is not among them: its key has no place on the internet. */
const ROLES = ['anon', 'authenticated'] as const;

/**
 * Whoever a request's token names, or anon without one.
 * @param secret with which tokens are signed (HS256)
 * @throws Error when there is a token that is not valid, or names a role that it may not
 */
export async function callerOf(request: IncomingMessage, secret: Uint8Array): Promise<Caller> {
  const [, token] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token === undefined) {
    if (request.headers.authorization !== undefined) throw new Error('It is no Bearer token.');
    return { role: 'anon', claims: { role: 'anon' } };
  }
  const { payload } = await jwtVerify(token, secret, { algorithms: ['HS256'], requiredClaims: ['sub', 'exp'] });
  const role = ROLES.find((one) => one === payload.role);
  if (!role) throw new Error('Its role may not sign in here.');
  return { role, claims: payload };
}
