-- No two locks have one fencing token, and the next token is greater than all of them.
-- fix: Set the sequence of public.operation_locks.fencing_token above the largest token, and delete the locks that share one.
select held.id, held.lock_key, held.fencing_token
from public.operation_locks held
where held.fencing_token > coalesce(pg_sequence_last_value('public.operation_locks_fencing_token_seq'), 0)
  or exists (
    select from public.operation_locks other where other.fencing_token = held.fencing_token and other.id <> held.id
  );
