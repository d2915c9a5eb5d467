import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { withDatabase } from '../../src/database/urls.ts';
import type { Review, ReviewItem } from '../../src/review/model.ts';
import { serverUrl } from '../support/databases.ts';
import { runRolecall } from '../support/project.ts';

/** A finished review: its exit code, what it printed, and its data where it gave any. */
export interface Reviewed {
  readonly code: number | null;
  readonly output: string;
  readonly data: (Review & { readonly pages: Readonly<Record<'markdown' | 'html', string>> }) | undefined;
}

/** A git repository with a project of two tables, in which a test prepares branches. */
export interface ReviewProject {
  readonly folder: string;
  git(...args: readonly string[]): string;
  /** Makes a branch of another one that commits a migration, and possibly other files. */
  branch(name: string, change: BranchChange): Promise<void>;
  write(path: string, text: string): Promise<void>;
  review(...args: readonly string[]): Promise<Reviewed>;
  remove(): Promise<void>;
}

interface BranchChange {
  readonly from?: string;
  /** The number and name of a migration → its SQL. */
  readonly migrations?: Readonly<Record<string, string>>;
  /** Path → the text to replace in it, and its replacement. */
  readonly replaced?: Readonly<Record<string, readonly [string, string]>>;
}

/** The project as it is on the branch main. The tool that reviews is this one. */
export async function reviewProject(): Promise<ReviewProject> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-review-'));
  await cp(join(import.meta.dirname, 'project'), folder, { recursive: true });
  for (const name of ['src', 'bin', 'node_modules']) await symlink(resolve(name), join(folder, name));
  const git: ReviewProject['git'] = (...args) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  const write: ReviewProject['write'] = async (path, text) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  const start = await readFile(join(folder, 'start.sql'), 'utf8');
  await rm(join(folder, 'start.sql'));
  await write('.gitignore', 'src\nbin\nnode_modules\n.rolecall\n');
  await write('migrations/committed/000001-start.sql', committed(start, '-'));
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'start');
  const url = withDatabase(serverUrl, `review_${folder.slice(-6).toLowerCase()}`);
  return {
    folder,
    git,
    write,
    async branch(name, { from = 'main', migrations = {}, replaced = {} }) {
      git('checkout', '--quiet', '-b', name, from);
      for (const [file, sql] of Object.entries(migrations)) {
        const [newest = ''] = git('ls-files', 'migrations/committed').split('\n').toReversed();
        const previous = hashIn(await readFile(join(folder, newest), 'utf8'));
        await write(`migrations/committed/${file}.sql`, committed(sql, previous));
        git('add', 'migrations');
      }
      for (const [path, [text, replacement]] of Object.entries(replaced)) {
        const before = await readFile(join(folder, path), 'utf8');
        if (!before.includes(text)) throw new Error(`${path} has no ${text}`);
        await write(
          path,
          before.replace(text, () => replacement),
        );
      }
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', name);
    },
    async review(...args) {
      const { code, output } = await runRolecall(folder, ['review', ...args, '--format', 'json'], {
        DATABASE_URL: url,
        ROOT_DATABASE_URL: serverUrl,
      }).finished;
      const data = output.startsWith('{') ? (JSON.parse(output) as Reviewed['data']) : undefined;
      return { code, output, data };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A migration as graphile-migrate commits it. */
function committed(sql: string, previous: string): string {
  const hash = createHash('sha1').update(`${previous}\n${sql.trim()}\n`).digest('hex');
  return `--! Previous: ${previous}\n--! Hash: sha1:${hash}\n\n${sql.trim()}\n`;
}

const hashIn = (text: string): string => /^--! Hash: (\S+)/m.exec(text)?.[1] ?? '-';

/** The items of a section, by its title. */
export function itemsOf({ data }: Reviewed, title: string): readonly ReviewItem[] {
  const section = data?.sections.find((one) => one.title === title);
  if (!section) throw new Error(`There is no section ${title}.`);
  return section.items;
}

/** The headlines of all sections, by their titles. */
export const headlinesOf = ({ data }: Reviewed): Record<string, string> =>
  Object.fromEntries((data?.sections ?? []).map(({ title, headline }) => [title, headline]));

/** The items of a section as `level: title`. */
export const titlesOf = (reviewed: Reviewed, title: string): string[] =>
  itemsOf(reviewed, title).map((item) => `${item.level}: ${item.title}`);
