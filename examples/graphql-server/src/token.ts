import { SignJWT } from 'jose';

/** A token that is valid for ten minutes, as an identity provider would sign it. */
export function tokenFor(subject: string, secret: string, role = 'authenticated'): Promise<string> {
  return new SignJWT({ role })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(subject)
    .setExpirationTime('10m')
    .sign(new TextEncoder().encode(secret));
}
