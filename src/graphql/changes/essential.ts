import type { Change } from '@graphql-inspector/core';
import { happeningTo, type Sides } from './sides.ts';

/**
 * The changes without those that repeat another: what is new, or gone, is one change with all that it consists of. The
 * use of a directive is one change too, with its arguments.
 */
export function essential(sides: Sides, changes: readonly Change[]): Change[] {
  const said = new Set<string>();
  return changes.filter(({ path = '' }) => {
    const [element = '', directive] = path.split('.@');
    const usage = directive === undefined ? undefined : `${element}.@${directive.split('.')[0]}`;
    const repeats = isInNew(sides, element) || (usage !== undefined && said.has(usage));
    // The inspector says first that something is there, and then what it is like.
    const again = path !== '' && happeningTo(sides, element) === 'added' && said.has(element);
    said.add(path);
    return !repeats && !again;
  });
}

/** Whether an element belongs to another one that is new itself. Of a new root type each field is told. */
function isInNew(sides: Sides, element: string): boolean {
  const [type = '', field = '', argument] = element.split('.');
  const { schema } = sides.after.view;
  const isRoot = [schema.getQueryType()?.name, schema.getMutationType()?.name].includes(type);
  return (
    (field !== '' && !isRoot && happeningTo(sides, type) === 'added') ||
    (argument !== undefined && happeningTo(sides, `${type}.${field}`) === 'added')
  );
}
