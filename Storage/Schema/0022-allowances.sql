-- Forms that were taken: one form makes one post, however often it is sent. The name holds a hash of who sent which
-- form with what in it; result is the number of what was made of it.
create table posted_forms (
  name {text} not null primary key,
  result {int} not null,
  expires_at {int} not null
);
create index posted_forms_expiry on posted_forms (expires_at);

-- When somebody last got a mail about a question; due_at is set while news waits for the next one.
create table question_mails (
  question_id {int} not null references questions (id) on delete cascade,
  account_id {int} not null references actors (id) on delete cascade,
  mailed_at {int} not null,
  due_at {int},
  primary key (question_id, account_id)
);
create index question_mails_account on question_mails (account_id);
create index question_mails_due on question_mails (due_at) where due_at is not null;
create index question_mails_age on question_mails (mailed_at);

-- What the next mail tells of.
create table held_answers (
  account_id {int} not null references actors (id) on delete cascade,
  question_id {int} not null references questions (id) on delete cascade,
  answer_id {int} not null references answers (id) on delete cascade,
  primary key (question_id, account_id, answer_id)
);
create index held_answers_account on held_answers (account_id);
create index held_answers_answer on held_answers (answer_id);
