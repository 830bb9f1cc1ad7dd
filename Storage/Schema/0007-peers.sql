-- Threads of elsewhere that are to be completed: when, how far it is, and when it was last done. A row without due_at
-- waits for nothing.
create table thread_fetches (
  question_id {key} references questions (id) on delete cascade,
  due_at {int},
  next_page {text},
  rounds {int} not null default 0,
  failures {int} not null default 0,
  fetched_at {int}
);
create index thread_fetches_due on thread_fetches (due_at) where due_at is not null;

-- The administrator's list of hosts for which something waits.
create index peers_waiting on peers (host) where delivery_due_at is not null;

-- Who of a host follows: for followers_synchronization, and to see that nobody is left there.
create index actors_host on actors (host) where host is not null;

-- What our topics announced, in order: /omp/changes.
create index activities_announced on activities (id) where type = 'Announce';
