import type {} from 'postgraphile';

interface VectorType {
  /** The name of the codec; prefixed, since a table may be called `vector`. */
  readonly codec: string;
  readonly scalar: string;
  readonly description: string;
}

const EXTENSION = 'vector';
const VECTOR_TYPES: ReadonlyMap<string, VectorType> = new Map([
  [
    'vector',
    {
      codec: 'pgvectorVector',
      scalar: 'Vector',
      description: 'A vector of single-precision numbers (pgvector), written as `[1,2.5,3]`.',
    },
  ],
  [
    'halfvec',
    {
      codec: 'pgvectorHalfvec',
      scalar: 'HalfVector',
      description: 'A vector of half-precision numbers (pgvector), written as `[1,2.5,3]`.',
    },
  ],
  [
    'sparsevec',
    {
      codec: 'pgvectorSparsevec',
      scalar: 'SparseVector',
      description: 'A vector that is mostly zeros (pgvector), written as `{index:value,…}/dimensions`.',
    },
  ],
]);

/**
 * Teaches PostGraphile the types of pgvector, in whichever schema the extension was made. Without it a column of such
 * a type, and each function that takes or returns one, is missing from the schema.
 */
export const VectorTypesPlugin: GraphileConfig.Plugin = {
  name: 'VectorTypesPlugin',
  version: '1.0.0',

  gather: {
    hooks: {
      async pgCodecs_findPgCodec(info, event) {
        if (event.pgCodec) return;
        const { pgType, serviceName } = event;
        const known = VECTOR_TYPES.get(pgType.typname);
        if (!known) return;
        const extension = await info.helpers.pgIntrospection.getExtensionByName(serviceName, EXTENSION);
        if (!extension || pgType.typnamespace !== extension.extnamespace) return;
        const schemaName = pgType.getNamespace()?.nspname;
        if (schemaName === undefined) return;
        event.pgCodec = {
          name: known.codec,
          sqlType: info.lib.sql.identifier(schemaName, pgType.typname),
          fromPg: (value: string) => value,
          toPg: (value: string) => value,
          executor: null,
          attributes: undefined,
        };
      },
    },
  },

  schema: {
    hooks: {
      init(_, build) {
        for (const { codec: name, scalar, description } of VECTOR_TYPES.values()) {
          const codec = build.pgCodecs[name];
          if (!codec) continue;
          build.registerScalarType(scalar, { pgCodec: codec }, () => ({ description }), `${scalar} of pgvector`);
          build.setGraphQLTypeForPgCodec(codec, ['input', 'output'], scalar);
        }
        return _;
      },
    },
  },
};
