-- How far the lists of what followed topics of other nodes announced were read, to find what never arrived.
create table change_reads (
  topic_id {key} references actors (id) on delete cascade,
  due_at {int} not null,
  read_through {int} not null,
  started_at {int},
  next_page {text}
);
create index change_reads_due on change_reads (due_at);
