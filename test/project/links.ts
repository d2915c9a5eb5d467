import { posix } from 'node:path';

/** A Markdown file and its text. */
export interface Page {
  /** From the project's folder, with slashes. */
  readonly path: string;
  readonly text: string;
}

/**
 * The links of pages that lead nowhere: to a file that is not there, or to a heading that no page of ours has. Links to
 * other sites are not followed.
 * @param paths all files and folders of the project
 */
export function deadLinks(pages: readonly Page[], paths: ReadonlySet<string>): string[] {
  const anchors = new Map(pages.map(({ path, text }) => [path, anchorsOf(text)]));
  return pages.flatMap(({ path, text }) =>
    linksOf(text)
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [file = '', anchor] = link.split('#');
        const target = file === '' ? path : posix.join(posix.dirname(path), decodeURI(file)).replace(/\/$/, '');
        if (!paths.has(target)) return true;
        return anchor !== undefined && target.endsWith('.md') && !anchors.get(target)?.has(anchor);
      })
      .map((link) => `${path}: ${link}`),
  );
}

/** The targets of links and images, without those that stand in code. */
function linksOf(text: string): string[] {
  const prose = withoutBlocks(text).replace(/`[^`\n]*`/g, 'code');
  return [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)].map(([, target]) => target ?? '');
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of withoutBlocks(text).matchAll(/^#{1,6} +(.+?) *#* *$/gm)) {
    const words = heading.replace(/\]\([^)]*\)/g, ']').toLowerCase();
    const base = words.replace(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-');
    let anchor = base;
    for (let again = 1; anchors.has(anchor); again++) anchor = `${base}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}

const withoutBlocks = (text: string): string => text.replace(/^ *(```+|~~~+)[^\n]*\n[\s\S]*?^ *\1 *$/gm, '');
