-- From when a mail is worth nothing, since its link works no more (null: never), and since when it is tried.
alter table mails add column expires_at {int};
alter table mails add column queued_at {int};

-- What failed for good, mail or received activities: it waits for an administrator, who tries it again or drops it.
create table set_aside (
  id {key},
  kind {int} not null,
  item_id {int} not null,
  title {text} not null,
  party {text} not null,
  reason {text} not null,
  attempts {int} not null,
  expires_at {int}
);
create unique index set_aside_item on set_aside (kind, item_id);

-- A row that is written when changes failed, to learn whether they can be made again.
create table write_trials (
  id {key},
  filling {blob} not null
);
