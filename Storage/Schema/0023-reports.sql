-- What was done about a report, when and by whom; of an account that is gone the name is.
alter table reports add column handled_at {int};
alter table reports add column handled_by {int} references actors (id) on delete set null;
alter table reports add column outcome {int};
alter table reports add column note {text};
create index reports_open on reports (id) where handled_at is null;
create index reports_handled on reports (handled_at) where handled_at is not null;
create index reports_object on reports (object_uri);
create index reports_handled_by on reports (handled_by) where handled_by is not null;
