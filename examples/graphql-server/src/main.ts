import { graphqlServer } from './server.ts';

const { DATABASE_URL, JWT_SECRET, PORT = '5678' } = process.env;
if (!DATABASE_URL || !JWT_SECRET || JWT_SECRET.length < 32) {
  process.stderr.write('Set DATABASE_URL, and JWT_SECRET to the secret of at least 32 characters that signs tokens.\n');
  process.exit(2);
}
const { server } = await graphqlServer({ connectionString: DATABASE_URL, secret: JWT_SECRET });
server.listen(Number(PORT), '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${PORT}/graphql\n`));
