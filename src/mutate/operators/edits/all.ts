import type { ParsedCode } from './code.ts';
import { conditionEdits } from './conditions.ts';
import { constantEdits, type OtherLabels } from './constants.ts';
import type { SqlEdit } from './edit.ts';
import { operatorEdits } from './operators.ts';

/** Every small change of a text of SQL, each of another place or to another text. */
export const editsOf = (code: ParsedCode, labels: OtherLabels): SqlEdit[] => [
  ...conditionEdits(code),
  ...operatorEdits(code),
  ...constantEdits(code, labels),
];
