import type { IncomingMessage } from 'node:http';

/** Why a request is not answered. */
export interface RequestRefusal {
  readonly status: number;
  readonly message: string;
}

/** The header that names the persona, as encodeURIComponent writes it. A page of another site cannot send it. */
export const PERSONA_HEADER = 'x-rolecall-persona';

/**
 * Refuses a request that the server's own page, or a program on this machine, would not send. A name that another site has
 * pointed to this machine (DNS rebinding) shows in Host, a request from a page of another site in Origin and Sec-Fetch-Site.
 * @param port that the server listens on
 */
export function foreignRequest(
  { headers }: Pick<IncomingMessage, 'headers'>,
  port: number,
): RequestRefusal | undefined {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, ...(port === 80 ? ['127.0.0.1', 'localhost'] : [])];
  const { host = '', origin } = headers;
  if (!hosts.includes(host)) {
    return { status: 421, message: `This server answers as 127.0.0.1:${port} and localhost:${port} only.` };
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return { status: 403, message: 'Pages of other origins are not answered.' };
  }
  const site = headers['sec-fetch-site'] ?? 'none';
  // A link to the page may stand anywhere: following it sends nothing that changes anything.
  const isLink = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  if (site !== 'none' && site !== 'same-origin' && !isLink) {
    return { status: 403, message: 'Pages of other sites are not answered.' };
  }
  return undefined;
}

/** Refuses what is no JSON sent by POST: a form of another site can send neither JSON nor the header of the persona. */
export function wrongForm({
  method,
  headers,
}: Pick<IncomingMessage, 'method' | 'headers'>): RequestRefusal | undefined {
  if (method !== 'POST') return { status: 405, message: 'GraphQL is answered to POST alone.' };
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  return type === 'application/json'
    ? undefined
    : { status: 415, message: 'Send the document as application/json: {"query": "…", "variables": {…}}.' };
}
