import type { Origin, Predicted, SchemaView } from './model.ts';

/** Writes the predictions of one origin. */
export interface Predict {
  /** A type, which is there where something refers to it. */
  type(kind: 'type' | 'input' | 'enum', name: string, suffix?: string): Predicted;
  /** A member that its type has, or an argument that its field has; `text` is without the name. */
  has(of: string, name: string, text: string): Predicted;
  /** The same, where it may be missing. */
  mayHave(of: string, name: string, text: string): Predicted;
}

/** Predictions that follow from `origin`. */
export function predict(origin: Origin): Predict {
  const member = (of: string, name: string, text: string, required: boolean): Predicted => ({
    path: `${of}.${name}`,
    text: `${name}${text}`,
    origin,
    required,
  });
  return {
    type: (kind, name, suffix = '') => ({ path: name, text: `${kind} ${name}${suffix}`, origin, required: false }),
    has: (of, name, text) => member(of, name, text, true),
    mayHave: (of, name, text) => member(of, name, text, false),
  };
}

/** How rows of a type are ordered by default: by their primary key, where they have one. */
export const defaultOrder = ({ enumOf }: SchemaView, type: string): string =>
  enumOf(`${type}OrderBy`)?.getValue('PRIMARY_KEY_ASC') ? 'PRIMARY_KEY_ASC' : 'NATURAL';
