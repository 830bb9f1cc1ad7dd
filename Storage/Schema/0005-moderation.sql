-- What moderators decide about a thread; the Group that keeps it says so (CONTRACT.md D6). thread_updated_at is the
-- moment of the newest decision, so that an older one that comes late changes nothing.
alter table questions add column pinned_at {int};
alter table questions add column duplicate_of {text};
alter table questions add column merged_into {text};
alter table questions add column thread_updated_at {int};
create index questions_pinned on questions (topic_id, pinned_at) where pinned_at is not null and deleted_at is null;
-- A topic elsewhere names a thread by the collection that it keeps of it.
create index questions_context on questions (context_uri) where is_local = 0;

-- Who moderates one topic, of here or elsewhere, besides those who moderate a whole node.
create table topic_moderators (
  topic_id {int} not null references actors (id) on delete cascade,
  actor_id {int} not null references actors (id) on delete cascade,
  created_at {int} not null,
  primary key (topic_id, actor_id)
);
create index topic_moderators_actor on topic_moderators (actor_id);

-- What somebody reported, here or elsewhere; once per reporter and thing. sent_uri: the Flag that told another node.
create table reports (
  id {key},
  reporter_id {int} not null references actors (id) on delete cascade,
  reporter_host {text} not null,
  object_uri {text} not null,
  question_id {int} references questions (id) on delete cascade,
  answer_id {int} references answers (id) on delete cascade,
  reason {text} not null,
  sent_uri {text},
  created_at {int} not null
);
create unique index reports_once on reports (reporter_id, object_uri);
create index reports_host on reports (reporter_host);
create index reports_question on reports (question_id) where question_id is not null;
create index reports_answer on reports (answer_id) where answer_id is not null;
