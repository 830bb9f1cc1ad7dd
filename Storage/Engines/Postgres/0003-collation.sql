-- Addresses, hosts and keys are compared byte by byte, as SQLite does. In a language's order each comparison costs
-- more, and an index is wrong once the system's library sorts otherwise than the one that it was made with. A new
-- database has its columns so already.
do $$
declare
  changed record;
begin
  for changed in
    select table_name,
      string_agg(format('alter column %I type text collate "C"', column_name), ', ' order by ordinal_position) as columns
    from information_schema.columns
    where table_schema = current_schema() and data_type = 'text' and collation_name is distinct from 'C'
    group by table_name
  loop
    execute format('alter table %I %s', changed.table_name, changed.columns);
  end loop;
end $$;
