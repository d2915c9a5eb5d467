-- A lock says since when it is held and until when: none stays that was begun to be taken and not taken.
-- fix: Delete the lock; find what wrote public.operation_locks without acquire_operation_lock.
select held.id, held.lock_key, held.acquired_at, held.expires_at
from public.operation_locks held
where not isfinite(held.acquired_at) or not isfinite(held.expires_at) or held.expires_at < held.acquired_at;
