import type { PlanNode } from './model.ts';
import { plain } from './shape.ts';

/** The functions that a text of a plan calls, as it names them: of those given as `schema.name`, and current_setting. */
export function calledIn(text: string, functions: readonly string[]): string[] {
  const called = [...text.matchAll(/([\w$]+(?:\.[\w$]+)?)\(/g)].map(([, name = '']) => name);
  return called.filter(
    (name) =>
      name === 'current_setting' || functions.includes(name) || functions.some((known) => known.endsWith(`.${name}`)),
  );
}

/** Whether a node of a plan calls one of the functions given as `schema.name`: for rows, for a value or in a condition. */
export function callsOneOf(node: PlanNode, functions: readonly string[]): boolean {
  if (functions.includes(`${node.Schema}.${node['Function Name']}`)) return true;
  const texts = Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value]));
  return texts.some(
    (text) => typeof text === 'string' && calledIn(plain(text), functions).some((name) => name !== 'current_setting'),
  );
}
