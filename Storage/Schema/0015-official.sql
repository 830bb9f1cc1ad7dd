-- What an official answer says of itself (CONTRACT.md §4.5), and what its proof is worth.
alter table answers add column valid_from {int};
alter table answers add column review_before {int};
alter table answers add column withdrawn_at {int};
alter table answers add column withdrawn_reason {text};
alter table answers add column supersedes {text};
alter table answers add column superseded_by {text};
alter table answers add column proof {int} not null default 0;

-- Of an official answer from elsewhere: the version that is here, and when its own server is asked again.
create table statements (
  answer_id {key} references answers (id) on delete cascade,
  revision {int} not null,
  version {text} not null,
  etag {text},
  failures {int} not null default 0,
  checked_at {int} not null,
  due_at {int} not null
);
create index statements_due on statements (due_at);

-- Organisations elsewhere whose answers are official here, and on what ground.
create table recognitions (
  actor_id {key} references actors (id) on delete cascade,
  ground {int} not null,
  vouches {int} not null default 0,
  issuer_id {int} references actors (id) on delete cascade,
  valid_until {int},
  checked_at {int} not null,
  created_at {int} not null
);
create index recognitions_checked on recognitions (checked_at) where ground > 1;
create index recognitions_issuer on recognitions (issuer_id) where issuer_id is not null;

-- An official answer that stands, or that would if its author were known here.
create index answers_proven on answers (author_id) where proof in (1, 2);
