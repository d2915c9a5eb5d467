-- Of each legacy table, the rows are those that were carried and those in quarantine, each in private.quarantined_rows.
-- fix: Find what deleted from private.quarantined_rows; restore it from a backup.
select move.table_name, move.rows_in, move.rows_carried, move.rows_quarantined, counted.rows
from private.legacy_moves move
cross join lateral (
  select count(*) as rows
  from private.quarantined_rows aside
  where split_part(aside.source_table, '.', 2) = move.table_name
) counted
where move.rows_in <> move.rows_carried + move.rows_quarantined or move.rows_quarantined <> counted.rows;
