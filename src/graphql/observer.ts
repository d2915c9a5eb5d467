import type {} from 'postgraphile';

type Build = GraphileBuild.Build;

/** Facts recorded while PostGraphile builds one schema that cannot be read from the schema afterwards. */
export interface Observed {
  readonly errors: string[];
  /** For each column (PostGraphile's attribute object), the fields made of it, as `Type.field`. */
  readonly fieldsOf: Map<unknown, Set<string>>;
  /** How many times each field was made: more than once, and the last one hides the others. */
  readonly made: Map<string, number>;
  /** `Type.field` → what PostGraphile says that the field is of: a relation, a key, a column. */
  readonly scopes: Map<string, FieldScope>;
  /** The same of input types, and of their fields as `Type.field`. */
  readonly inputs: Map<string, InputScope>;
  build: Build | undefined;
}

/** PostGraphile's own notes about a field of an object type. */
export type FieldScope = GraphileBuild.ScopeObjectFieldsField;
/** PostGraphile's own notes about an input type or one of its fields. */
export type InputScope = Partial<GraphileBuild.ScopeInputObject & GraphileBuild.ScopeInputObjectFieldsField>;

/** Nothing seen yet. */
export function observed(): Observed {
  return {
    errors: [],
    fieldsOf: new Map(),
    made: new Map(),
    scopes: new Map(),
    inputs: new Map(),
    build: undefined,
  };
}

/** A plugin that writes down in `seen` what happens during a build and changes nothing of its result. */
export function observerPlugin(seen: Observed): GraphileConfig.Plugin {
  return {
    name: 'ObserverPlugin',
    version: '1.0.0',
    schema: {
      hooks: {
        build: {
          // The amber preset prints the start of such an error and goes on: here none is cut off, or lost to DEBUG.
          after: ['SwallowErrors'],
          callback(build) {
            build.handleRecoverableError = (error) => seen.errors.push(error.message);
            return build;
          },
        },
        finalize(schema, build) {
          seen.build = build;
          return schema;
        },
        GraphQLObjectType_fields_field(field, _build, { Self, scope }) {
          const { fieldName, pgFieldAttribute } = scope;
          const name = `${Self.name}.${fieldName}`;
          seen.made.set(name, (seen.made.get(name) ?? 0) + 1);
          seen.scopes.set(name, scope);
          if (pgFieldAttribute) {
            const fields = seen.fieldsOf.get(pgFieldAttribute) ?? new Set();
            seen.fieldsOf.set(pgFieldAttribute, fields.add(name));
          }
          return field;
        },
        GraphQLInputObjectType_fields(fields, _build, { Self, scope }) {
          seen.inputs.set(Self.name, scope);
          return fields;
        },
        GraphQLInputObjectType_fields_field(field, _build, { Self, scope }) {
          seen.inputs.set(`${Self.name}.${scope.fieldName}`, scope);
          return field;
        },
      },
    },
  };
}
