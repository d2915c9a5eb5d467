#!/usr/bin/env node
// The one JavaScript file: a Node that cannot run TypeScript itself would stop at src/cli.ts with a syntax error,
// so this file, which every Node can read, hands over to the Node that package-lock.json pins.
import { spawn } from 'node:child_process';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
const runsTypeScript = major > 22 || (major === 22 && minor >= 18);

if (runsTypeScript) {
  // Compiled files are kept between runs: to strip the types of all of them takes longer than to answer one question.
  module.enableCompileCache?.();
  await import('../src/cli.ts');
} else {
  const pinned = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  const child = spawn(pinned, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both processes: this one waits, so that the other can stop its engine first.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 2));
  child.on('error', () => {
    process.stderr.write(
      `rolecall: Node ${process.versions.node} cannot run TypeScript, and the pinned Node is missing at ${pinned}. Run \`npm ci\`, or use Node 22.18 or later.\n`,
    );
    process.exit(2);
  });
}
