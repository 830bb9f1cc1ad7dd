-- Accounts of the same person on other servers: former and further ones (alsoKnownAs), and the one that they moved to.
create table other_accounts (
  actor_id {int} not null references actors (id) on delete cascade,
  uri {text} not null,
  handle {text} not null,
  moved_at {int},
  created_at {int} not null,
  primary key (actor_id, uri)
);
