// The workflows that post a review on GitHub: their steps, run on branches of a small repository.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { type ReviewProject, reviewProject } from './project.ts';

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly { readonly name?: string; readonly run?: string }[] }>
  >;
}

const workflow = async (name: string): Promise<Workflow> =>
  parse(await readFile(`.github/workflows/${name}.yml`, 'utf8'));

let project: ReviewProject;
let clone: string;
beforeAll(async () => {
  project = await reviewProject();
  clone = await mkdtemp(join(tmpdir(), 'rolecall-clone-'));
});
afterAll(async () => {
  await project.remove();
  await rm(clone, { recursive: true });
});

test('the job that runs the code of a request may only read, and the one that may write runs none of it', async () => {
  const [reviews, comments] = await Promise.all([workflow('review'), workflow('review-comment')]);
  expect(reviews.permissions).toEqual({ contents: 'read' });
  expect(Object.values(comments.jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))).toEqual([]);
});

test('the steps review a branch from the commit that it goes into, and refuse it', async () => {
  const sql = 'create policy "All" on public.notes for select to authenticated using (true);';
  await project.branch('open', { migrations: { '000002-open': sql } });
  const [base, head] = ['main', 'open'].map((name) => project.git('rev-parse', name));
  project.git('checkout', '--quiet', 'main');
  execFileSync('git', ['clone', '--quiet', '--single-branch', '--branch', 'main', project.folder, clone]);
  for (const name of ['src', 'bin', 'node_modules']) await symlink(resolve(name), join(clone, name));
  const steps = (await workflow('review')).jobs.review?.steps ?? [];
  const run = (name: string): string => {
    const step = steps.find((one) => one.name === name)?.run ?? '';
    expect(step).not.toBe('');
    const env = { ...process.env, BASE: base, HEAD: head };
    return execFileSync('bash', ['-e', '-c', step], { cwd: clone, env, encoding: 'utf8', stdio: 'pipe' });
  };
  run('Fetch the change');
  let refused: { readonly status?: number; readonly stdout?: string } = {};
  try {
    run('Review');
  } catch (error) {
    refused = error as typeof refused;
  }
  expect(refused.status).toBe(1);
  expect(refused.stdout).toContain('stranger now may select public.notes (owner)');
  expect(await readFile(join(clone, '.rolecall/review/review.md'), 'utf8')).toContain('**Must not be merged');
});

/** GitHub's interface as the script of the comment uses it, with one open request. */
function github() {
  const comments: { id: number; body: string; user: { type: string } }[] = [];
  const rest = {
    pulls: {
      list: async ({ head }: { head: string }) => ({
        data:
          head === 'ada:open'
            ? [
                { number: 7, head: { sha: 'old' } },
                { number: 8, head: { sha: 'new' } },
              ]
            : [],
      }),
    },
    issues: {
      listComments: 'comments',
      createComment: async ({ issue_number, body }: { issue_number: number; body: string }) => {
        expect(issue_number).toBe(8);
        comments.push({ id: comments.length + 1, body, user: { type: 'Bot' } });
      },
      updateComment: async ({ comment_id, body }: { comment_id: number; body: string }) => {
        for (const one of comments) if (one.id === comment_id) one.body = body;
      },
    },
  };
  return { comments, rest, paginate: async () => comments };
}

const contextOf = (sha: string, owner = 'ada') => ({
  repo: { owner: 'team', repo: 'app' },
  payload: {
    workflow_run: {
      head_sha: sha,
      head_branch: 'open',
      head_repository: { owner: { login: owner } },
      html_url: 'https://run',
    },
  },
});

test('the comment is written once and then changed, on the request whose head was reviewed and on no other', async () => {
  const { comment } = await import(resolve('.github/scripts/comment.js'));
  const page = join(clone, 'page.md');
  const hub = github();
  const post = (context: unknown, from = page) => comment({ github: hub, context, page: from });

  await post(contextOf('new'), join(clone, 'no-such-page.md'));
  await writeFile(page, 'One.');
  await post(contextOf('gone'));
  await post(contextOf('new', 'somebody-else'));
  expect(hub.comments).toEqual([]);

  hub.comments.push({ id: 0, body: '<!-- rolecall review -->\nA person wrote this.', user: { type: 'User' } });
  await post(contextOf('new'));
  await writeFile(page, 'Two.');
  await post(contextOf('new'));
  expect(hub.comments.map(({ body }) => body)).toEqual([
    '<!-- rolecall review -->\nA person wrote this.',
    '<!-- rolecall review -->\nTwo.\n\n[The page with everything, and the log](https://run)\n',
  ]);

  await writeFile(page, 'A line of a page that is too long.\n'.repeat(5_000));
  await post(contextOf('new'));
  expect(hub.comments[1]?.body.length).toBeLessThanOrEqual(65_536);
  expect(hub.comments[1]?.body).toMatch(/too long\.\n\n… cut off: it is too long\.\n\n\[The page with everything/);
});
