-- What a moderator took out of a topic, and what therefore does not come back to that topic.
create table removals (
  uri {text} not null,
  topic_id {int} not null references actors (id) on delete cascade,
  removed_at {int} not null,
  primary key (uri, topic_id)
);

-- How many documents a thread may cost that nobody here asked for.
alter table thread_fetches add column budget {int};
