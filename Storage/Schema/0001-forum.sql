-- Types in braces are filled in by the engine: {key} a 64-bit primary key, {int} a 64-bit integer, {blob} bytes.
-- Times are Unix milliseconds. Ids are made by the program (IdSource), never by the database.

create table settings (
  name {text} not null primary key,
  value {text} not null
);

-- People, organisations, topics (Group) and nodes (Application), of here (host is null) and elsewhere.
create table actors (
  id {key},
  kind {int} not null,
  name {text} not null,
  host {text},
  uri {text} not null unique,
  display_name {text} not null,
  summary_html {text} not null default '',
  icon_url {text},
  url {text},
  inbox {text} not null,
  shared_inbox {text},
  outbox {text},
  followers {text},
  moderators {text},
  featured {text},
  claimed_kind {text},
  speaks_profile {int} not null default 0,
  created_at {int} not null,
  updated_at {int} not null,
  fetched_at {int},
  deleted_at {int}
);
-- One name space for everybody of a host (CONTRACT.md §1 "Name clash").
create unique index actors_name on actors (name, coalesce(host, ''));

-- An inbox that is gone takes its followers along.
create index actors_inbox on actors (inbox) where host is not null;
create index actors_shared_inbox on actors (shared_inbox) where shared_inbox is not null;

create table actor_keys (
  key_id {text} not null primary key,
  actor_id {int} not null references actors (id) on delete cascade,
  algorithm {int} not null,
  public_bytes {blob} not null,
  private_box {blob},
  created_at {int} not null
);
create index actor_keys_actor on actor_keys (actor_id);

create table accounts (
  actor_id {key} references actors (id) on delete cascade,
  email {text} unique,
  password_hash {text},
  role {int} not null default 0,
  language {text},
  about {text} not null default '',
  mail_notices {int} not null default 1,
  created_at {int} not null,
  last_seen_at {int}
);

create table memberships (
  organisation_id {int} not null references actors (id) on delete cascade,
  account_id {int} not null references actors (id) on delete cascade,
  created_at {int} not null,
  primary key (organisation_id, account_id)
);
create index memberships_account on memberships (account_id);

create table sessions (
  token_hash {blob} not null primary key,
  account_id {int} not null references actors (id) on delete cascade,
  created_at {int} not null,
  expires_at {int} not null
);
create index sessions_account on sessions (account_id);
create index sessions_expiry on sessions (expires_at);

-- Single-use links that were mailed or printed; purpose: sign-in, administrator.
create table sign_in_links (
  token_hash {blob} not null primary key,
  purpose {int} not null,
  email {text},
  account_id {int} references actors (id) on delete cascade,
  return_path {text},
  created_at {int} not null,
  expires_at {int} not null,
  used_at {int}
);
create index sign_in_links_expiry on sign_in_links (expires_at);

create table data_protection_keys (
  name {text} not null primary key,
  xml {text} not null,
  created_at {int} not null
);

create table topics (
  actor_id {key} references actors (id) on delete cascade,
  description {text} not null default '',
  icon {text} not null default 'message-2',
  position {int} not null default 0,
  question_count {int} not null default 0,
  archived_at {int}
);

create table questions (
  id {key},
  uri {text} not null unique,
  url {text} not null,
  topic_id {int} not null references topics (actor_id),
  author_id {int} not null references actors (id),
  is_local {int} not null,
  audience {int} not null,
  organisation_id {int} references actors (id),
  title {text} not null,
  body_source {text},
  body_html {text} not null,
  language {text} not null,
  context_uri {text} not null,
  published_at {int} not null,
  edited_at {int},
  updated_at {int} not null,
  active_at {int} not null,
  revision {int} not null default 1,
  answer_count {int} not null default 0,
  official_count {int} not null default 0,
  same_count {int} not null default 0,
  unlike_count {int} not null default 0,
  accepted_answer_id {int},
  accepted_by {int} references actors (id),
  locked_at {int},
  deleted_at {int}
);
create index questions_topic on questions (topic_id, id) where deleted_at is null;
create index questions_latest on questions (id) where deleted_at is null;
create index questions_open on questions (id) where deleted_at is null and answer_count = 0;
create index questions_topic_open on questions (topic_id, id) where deleted_at is null and answer_count = 0;
create index questions_author on questions (author_id, id);

create table answers (
  id {key},
  uri {text} not null unique,
  url {text} not null,
  question_id {int} not null references questions (id) on delete cascade,
  parent_id {int} references answers (id),
  author_id {int} not null references actors (id),
  is_local {int} not null,
  kind {int} not null,
  audience {int} not null,
  organisation_id {int} references actors (id),
  body_source {text},
  body_html {text} not null,
  language {text} not null,
  source_title {text},
  source_url {text},
  valid_until {int},
  reviewed_at {int},
  reviewed_by {text},
  published_at {int} not null,
  edited_at {int},
  updated_at {int} not null,
  revision {int} not null default 1,
  helpful_count {int} not null default 0,
  unhelpful_count {int} not null default 0,
  deleted_at {int}
);
create index answers_question on answers (question_id, id);
create index answers_author on answers (author_id, id);
create index answers_parent on answers (parent_id) where parent_id is not null;

-- Every former text of a question or answer; rows are only added.
create table revisions (
  object_id {int} not null,
  revision {int} not null,
  title {text},
  body_source {text},
  body_html {text} not null,
  published_at {int} not null,
  primary key (object_id, revision)
);

-- "Ik wil dit ook weten" on a question, "Nuttig" (1) or not (-1) on an answer.
create table votes (
  object_id {int} not null,
  actor_id {int} not null references actors (id) on delete cascade,
  value {int} not null,
  activity_uri {text},
  created_at {int} not null,
  primary key (object_id, actor_id)
);
create index votes_actor on votes (actor_id);

create table question_follows (
  question_id {int} not null references questions (id) on delete cascade,
  account_id {int} not null references actors (id) on delete cascade,
  created_at {int} not null,
  primary key (question_id, account_id)
);
create index question_follows_account on question_follows (account_id);

-- Who follows whom; state 0 = asked, 1 = accepted.
create table follows (
  follower_id {int} not null references actors (id) on delete cascade,
  target_id {int} not null references actors (id) on delete cascade,
  state {int} not null,
  activity_uri {text} not null,
  created_at {int} not null,
  primary key (target_id, follower_id)
);
create index follows_follower on follows (follower_id);
create index follows_activity on follows (activity_uri);

create table notices (
  id {key},
  account_id {int} not null references actors (id) on delete cascade,
  kind {int} not null,
  question_id {int} not null references questions (id) on delete cascade,
  answer_id {int} references answers (id) on delete cascade,
  actor_id {int} references actors (id) on delete cascade,
  read_at {int}
);
create index notices_account on notices (account_id, id);

-- Mail that waits for the mail server.
create table mails (
  id {key},
  recipient {text} not null,
  subject {text} not null,
  body {text} not null,
  attempts {int} not null default 0,
  due_at {int} not null,
  last_error {text}
);
create index mails_due on mails (due_at);
