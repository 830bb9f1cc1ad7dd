-- The words of questions and answers; those of a title a second time, with a mark in front. The text itself is not kept
-- a second time. A short pending list: each search has to read all of it.
create table question_words (id bigint primary key, words tsvector not null);
create index question_words_words on question_words using gin (words) with (gin_pending_list_limit = 256);
create table answer_words (id bigint primary key, words tsvector not null);
create index answer_words_words on answer_words using gin (words) with (gin_pending_list_limit = 256);
