-- Reads that cost the same however much there is.

-- What was asked and answered here for everyone: counted along an index of just that.
create index questions_own on questions (id) where is_local = 1 and audience = 0 and deleted_at is null;
create index answers_own on answers (id) where is_local = 1 and audience = 0 and deleted_at is null;

-- How many activities stand in an actor's outbox, of those up to and with outbox_counted.through; one row there.
create table outbox_counts (
  actor_id {key} references actors (id) on delete cascade,
  listed {int} not null
);
create table outbox_counted (
  id {key},
  through {int} not null
);
