import pg from 'pg';

const LOOPBACK = /^(localhost|::1|127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/i;

/**
 * Whether a connection string leads to a server on this machine: by a loopback address, or by a socket in a folder. The
 * driver itself says where it leads, since `?host=` and PGHOST decide as well. A tunnel to another machine looks
 * like this one.
 */
export function isOnThisMachine(url: string): boolean {
  const { host } = new pg.Client({ connectionString: url });
  return host.startsWith('/') || LOOPBACK.test(host);
}
