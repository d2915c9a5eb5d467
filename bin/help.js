// `npm run help`: every npm script in one line. The words are package.json's, under "scripts-info".
import { readFileSync } from 'node:fs';

const { scripts, 'scripts-info': info } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const commands = Object.keys(scripts).map((name) => [
  ['start', 'test'].includes(name) ? `npm ${name}` : `npm run ${name}`,
  info[name],
]);
const width = Math.max(...commands.map(([command]) => command.length));
process.stdout.write(commands.map(([command, text]) => `${command.padEnd(width)}  ${text}\n`).join(''));
