/** A node of an expression as PostgreSQL stores it (pg_node_tree): names are resolved, and formatting is not kept. */
export interface TreeNode {
  readonly type: string;
  readonly fields: ReadonlyMap<string, Tree>;
}

export type Tree = TreeNode | readonly Tree[] | string;

/** A brace, a parenthesis, or a word, in which a backslash protects the next character. */
const TOKEN = /[(){}]|(?:\\[\s\S]|[^\s(){}\\])+/g;

/** Parses the text of a pg_node_tree; `null`, a clause that is not there, is an empty list. */
export function parseNodeTree(text: string | null): Tree {
  const tokens: readonly string[] = text?.match(TOKEN) ?? [];
  let at = 0;

  function value(): Tree {
    const token = tokens[at++] ?? '';
    if (token === '{') return node();
    if (token === '(') return list();
    // A constant is written as its length and then its bytes in brackets.
    if (tokens[at] === '[') at = tokens.indexOf(']', at) + 1;
    return token;
  }

  function list(): Tree[] {
    const items: Tree[] = [];
    while (at < tokens.length && tokens[at] !== ')') items.push(value());
    at++;
    return items;
  }

  function node(): TreeNode {
    const type = tokens[at++] ?? '';
    const fields = new Map<string, Tree>();
    while (at < tokens.length && tokens[at] !== '}') {
      const name = (tokens[at++] ?? '').slice(1);
      fields.set(name, value());
    }
    at++;
    return { type, fields };
  }

  return tokens.length > 0 ? value() : [];
}

export function isNode(tree: Tree | undefined): tree is TreeNode {
  return typeof tree === 'object' && 'type' in tree;
}

/** The trees directly below a node or in a list; none for a string. */
export function childrenOf(tree: Tree): readonly Tree[] {
  if (typeof tree === 'string') return [];
  return isNode(tree) ? [...tree.fields.values()] : tree;
}

/**
 * Whether an expression looks at a row from outside of itself: whether a column in it belongs to a query that is not
 * within it.
 * @param depth how many queries have been entered on the way
 */
export function dependsOnRow(tree: Tree, depth = 0): boolean {
  if (isNode(tree) && tree.type === 'VAR') return Number(tree.fields.get('varlevelsup')) >= depth;
  const below = isNode(tree) && tree.type === 'QUERY' ? depth + 1 : depth;
  return childrenOf(tree).some((child) => dependsOnRow(child, below));
}
