import type { IncomingMessage } from 'node:http';
import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  separateOperations,
  validate,
} from 'graphql';
import type { RequestRefusal } from './refusal.ts';

/** A document that a schema can execute: one operation, with the fragments that it uses. */
export interface AskedDocument {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whether it asks about the schema alone: no statement is sent for it. */
  readonly isIntrospection: boolean;
}

/** The most that a request may send, in bytes: no document that a person writes is as long. */
const LONGEST_BODY = 200_000;

/** The body of a request. @returns a refusal when it is longer than LONGEST_BODY */
export async function bodyOf(request: IncomingMessage): Promise<string | RequestRefusal> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_BODY) return { status: 413, message: `A request has ${LONGEST_BODY} bytes at most.` };
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Reads a request's JSON, and holds its document against a schema.
 * @returns the document, or why it can't be executed, each reason by itself
 */
export function readDocument(schema: GraphQLSchema, body: string): AskedDocument | readonly string[] {
  const { query, variables = null, operationName = null } = objectFrom(body) ?? {};
  if (typeof query !== 'string') return ['The body must be a JSON object with the document as its "query".'];
  if (typeof variables !== 'object' || Array.isArray(variables)) return ['"variables" must be an object.'];
  let parsed: DocumentNode;
  try {
    parsed = parse(query, { maxTokens: 20_000 });
  } catch (error) {
    return [(error as Error).message];
  }
  const errors = validate(schema, parsed);
  if (errors.length > 0) return errors.map(({ message }) => message);
  const document = operationOf(parsed, operationName);
  if (!document) return ['"operationName" must name one of the operations in the document.'];
  if (!schema.getRootType(operationsOf(document)[0]?.operation ?? OperationTypeNode.QUERY))
    return ['The schema has no operations of this kind.'];
  return { document, variables: { ...variables }, isIntrospection: asksSchemaAlone(document) };
}

function objectFrom(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function operationOf(document: DocumentNode, name: unknown): DocumentNode | undefined {
  const operations = new Map(Object.entries(separateOperations(document)));
  if (typeof name === 'string') return operations.get(name);
  return operations.size === 1 ? [...operations.values()][0] : undefined;
}

function asksSchemaAlone(document: DocumentNode): boolean {
  return operationsOf(document).every(({ selectionSet }) =>
    selectionSet.selections.every((field) => field.kind === Kind.FIELD && field.name.value.startsWith('__')),
  );
}

function operationsOf({ definitions }: DocumentNode): OperationDefinitionNode[] {
  return definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
}
