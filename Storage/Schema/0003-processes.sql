-- What several processes on one database need to know of each other.

-- A lease has a number: whoever lost it to another one can no longer settle what is another's now.
alter table peers add column delivery_lease {int};
alter table peers add column inbox_lease {int};

-- What is done once in a while, by whichever process comes first: that one moves due_at on.
create table timers (
  name {text} not null primary key,
  due_at {int} not null
);

-- How often something was tried: whole_at is when all of the allowance is there again. The name holds a hash of who.
create table allowances (
  name {text} not null primary key,
  whole_at {int} not null
);
create index allowances_whole on allowances (whole_at);

-- Who lives: each process moves seen_at on every few seconds.
create table processes (
  id {key},
  takes_requests {int} not null,
  seen_at {int} not null
);

-- What is still to be added to topics.question_count: adding a row makes nobody wait, raising one number does.
create table topic_count_changes (
  id {key},
  topic_id {int} not null,
  change {int} not null
);
create index topic_count_changes_topic on topic_count_changes (topic_id);
