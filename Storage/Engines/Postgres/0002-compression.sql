-- Activities are about as long as what PostgreSQL begins to compress. lz4 does that in a fraction of the time of pglz;
-- a server before 14, or built without lz4, goes on with that.
do $$
begin
  execute 'alter table inbox alter column body set compression lz4';
  execute 'alter table activities alter column body set compression lz4';
exception when feature_not_supported or syntax_error or invalid_parameter_value then
  null;
end $$;
