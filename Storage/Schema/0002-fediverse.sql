-- What is known of another host, and its two queues: what it sent us, what we owe it. A lease is on the host, so that
-- one process at a time works for it and the order holds.
create table peers (
  host {text} not null primary key,
  scheme {int},
  scheme_learned_at {int},
  speaks_profile {int} not null default 0,
  is_forum {int} not null default 0,
  blocked_at {int},
  created_at {int} not null,
  last_inbound_at {int},
  last_success_at {int},
  last_failure_at {int},
  failing_since {int},
  failures {int} not null default 0,
  last_status {int},
  last_error {text},
  parked_at {int},
  retry_at {int} not null default 0,
  delivery_due_at {int},
  delivery_leased_until {int} not null default 0,
  inbox_due_at {int},
  inbox_leased_until {int} not null default 0
);
create index peers_delivery_due on peers (delivery_due_at) where delivery_due_at is not null;
create index peers_inbox_due on peers (inbox_due_at) where inbox_due_at is not null;

-- Received activities: kept before 202 is answered. state 0 = waits, 1 = done, 2 = ignored, 3 = refused.
create table inbox (
  id {key},
  activity_uri {text} not null unique,
  host {text} not null,
  actor_uri {text} not null,
  type {text} not null,
  scheme {int} not null,
  state {int} not null,
  attempts {int} not null default 0,
  due_at {int} not null,
  received_at {int} not null,
  reason {text},
  -- Null when it was forgotten.
  body {blob}
);
create index inbox_due on inbox (host, due_at, id) where state = 0;
create index inbox_bodies on inbox (id) where body is not null;

-- Activities of our own actors, as published; the bytes never change.
create table activities (
  id {key},
  uri {text} not null unique,
  actor_id {int} not null references actors (id) on delete cascade,
  type {text} not null,
  object_uri {text},
  is_public {int} not null,
  is_listed {int} not null,
  body {blob} not null,
  created_at {int} not null
);
create index activities_outbox on activities (actor_id, id) where is_listed = 1;
create index activities_object on activities (object_uri) where object_uri is not null;

-- One row for each inbox that an activity still has to reach.
create table deliveries (
  id {key},
  activity_id {int} not null references activities (id) on delete cascade,
  actor_uri {text} not null,
  host {text} not null,
  inbox {text} not null,
  thread_key {text} not null,
  attempts {int} not null default 0,
  due_at {int} not null,
  last_status {int},
  last_error {text}
);
create index deliveries_host on deliveries (host, id);
create index deliveries_due on deliveries (host, due_at);
create index deliveries_thread on deliveries (host, thread_key, id);
create index deliveries_inbox on deliveries (inbox);
create index deliveries_activity on deliveries (activity_id);

-- Objects that are gone, or were deleted before they were seen.
create table tombstones (
  uri {text} not null primary key,
  former_type {text} not null,
  deleted_at {int} not null
);
