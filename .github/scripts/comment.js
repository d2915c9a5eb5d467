import { readFile } from 'node:fs/promises';

/** By which the comment of an earlier run is known. */
const MARK = '<!-- rolecall review -->';

/** GitHub's limit of a comment, in characters. */
const MOST = 65_536;

/**
 * Writes the page of a review as a comment of its pull request, or changes the comment that an earlier run wrote. The page
 * comes from code that nobody has reviewed: it decides neither which request it is for, which is looked up by the commit,
 * nor anything but the text. Nothing is written where there is no page, or no open request with that commit at its head.
 */
export async function comment({ github, context, page }) {
  const text = await readFile(page, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const run = context.payload.workflow_run;
  const owner = run.head_repository.owner.login;
  const { data: requests } = await github.rest.pulls.list({
    ...context.repo,
    state: 'open',
    head: `${owner}:${run.head_branch}`,
  });
  const request = requests.find(({ head }) => head.sha === run.head_sha);
  if (!request) return;
  const end = `\n\n[The page with everything, and the log](${run.html_url})\n`;
  const body = `${MARK}\n${fitting(text, MOST - MARK.length - 1 - end.length)}${end}`;
  const issue = { ...context.repo, issue_number: request.number };
  const comments = await github.paginate(github.rest.issues.listComments, { ...issue, per_page: 100 });
  const earlier = comments.find((one) => one.user?.type === 'Bot' && one.body?.startsWith(MARK));
  if (earlier) await github.rest.issues.updateComment({ ...context.repo, comment_id: earlier.id, body });
  else await github.rest.issues.createComment({ ...issue, body });
}

/** rolecall writes a page that fits by itself; what is longer is cut at the end of a line. */
function fitting(text, most) {
  if (text.length <= most) return text;
  const cut = text.slice(0, most - 40);
  return `${cut.slice(0, cut.lastIndexOf('\n'))}\n\n… cut off: it is too long.`;
}
