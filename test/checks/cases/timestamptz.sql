-- caught: a time with time zone
alter table public.tasks add column at timetz;

-- caught: a list of timestamps, and one of a lower precision
alter table public.tasks add column at timestamp[], add column due timestamp(0);

-- holds: a date, a time of day, an interval
alter table public.tasks add column day date, add column at time, add column took interval;
