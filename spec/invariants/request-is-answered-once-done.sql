-- A request in progress has a lease, and neither a response nor an end; one that is done or failed has an end and no lease.
-- fix: Delete the request, so that it can begin again; find what wrote public.request_idempotency without its functions.
select request.id, request.status, request.locked_until, request.completed_at, request.response is not null as answered
from public.request_idempotency request
where case request.status
    when 'in_progress' then
      request.locked_until is null or request.completed_at is not null or request.response is not null
    else request.locked_until is not null or request.completed_at is null
  end
  or (request.status = 'failed' and request.response is not null);
