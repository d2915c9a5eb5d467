import type { Check } from './check.ts';
import { enumComment } from './columns/enum-comment.ts';
import { enumForClosedSet } from './columns/enum-for-closed-set.ts';
import { tableComment } from './columns/table-comment.ts';
import { timestampNotNull } from './columns/timestamp-not-null.ts';
import { timestamptz } from './columns/timestamptz.ts';
import { updatedAtTrigger } from './columns/updated-at-trigger.ts';
import { constraintValidated } from './effect/constraint-validated.ts';
import { eventTriggerEnabled } from './effect/event-trigger-enabled.ts';
import { indexValid } from './effect/index-valid.ts';
import { noRewriteRule } from './effect/no-rewrite-rule.ts';
import { triggerEnabled } from './effect/trigger-enabled.ts';
import { definerInPrivate } from './functions/definer-in-private.ts';
import { definerSearchPath } from './functions/definer-search-path.ts';
import { executeByName } from './functions/execute-by-name.ts';
import { extensionSchema } from './functions/extension-schema.ts';
import { functionComment } from './functions/function-comment.ts';
import { functionVolatility } from './functions/function-volatility.ts';
import { invokerInApi } from './functions/invoker-in-api.ts';
import { invokerSearchPath } from './functions/invoker-search-path.ts';
import { noLeakproof } from './functions/no-leakproof.ts';
import { securityBarrier } from './functions/security-barrier.ts';
import { defaultPrivilegesClosed } from './grants/default-privileges-closed.ts';
import { grantOnlyCommands } from './grants/grant-only-commands.ts';
import { noGrantOption } from './grants/no-grant-option.ts';
import { noGrantToPublic } from './grants/no-grant-to-public.ts';
import { copiedKey } from './keys/copied-key.ts';
import { foreignKeyDeleteRule } from './keys/foreign-key-delete-rule.ts';
import { foreignKeyIndexed } from './keys/foreign-key-indexed.ts';
import { foreignKeyToId } from './keys/foreign-key-to-id.ts';
import { redundantIndex } from './keys/redundant-index.ts';
import { uuidPrimaryKey } from './keys/uuid-primary-key.ts';
import { constraintName } from './names/constraint-name.ts';
import { indexName } from './names/index-name.ts';
import { snakeCase } from './names/snake-case.ts';
import { noAdminOrOwner } from './policies/no-admin-or-owner.ts';
import { onePermissivePolicy } from './policies/one-permissive-policy.ts';
import { policyNamedAsSentence } from './policies/policy-named-as-sentence.ts';
import { policyNamesRole } from './policies/policy-names-role.ts';
import { policyRecursion } from './policies/policy-recursion.ts';
import { rowLevelSecurityEnabled } from './policies/row-level-security-enabled.ts';
import { wrappedCalls } from './policies/wrapped-calls.ts';
import { embeddingResolves } from './postgrest/embedding-resolves.ts';
import { raisedStatus } from './postgrest/raised-status.ts';
import { rpcResolves } from './postgrest/rpc-resolves.ts';

/** Every check, in the order of the findings: what protects rows comes first, names last. */
export const CHECKS: readonly Check[] = [
  uuidPrimaryKey,
  foreignKeyToId,
  copiedKey,
  foreignKeyDeleteRule,
  foreignKeyIndexed,
  redundantIndex,
  timestamptz,
  timestampNotNull,
  updatedAtTrigger,
  enumForClosedSet,
  enumComment,
  tableComment,
  triggerEnabled,
  eventTriggerEnabled,
  constraintValidated,
  indexValid,
  noRewriteRule,
  rowLevelSecurityEnabled,
  onePermissivePolicy,
  policyNamesRole,
  policyNamedAsSentence,
  wrappedCalls,
  noAdminOrOwner,
  policyRecursion,
  noGrantToPublic,
  grantOnlyCommands,
  noGrantOption,
  defaultPrivilegesClosed,
  definerInPrivate,
  definerSearchPath,
  invokerSearchPath,
  functionVolatility,
  noLeakproof,
  securityBarrier,
  executeByName,
  invokerInApi,
  functionComment,
  extensionSchema,
  rpcResolves,
  raisedStatus,
  embeddingResolves,
  indexName,
  constraintName,
  snakeCase,
];
