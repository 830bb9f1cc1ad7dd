-- The words of questions and answers; rowid = the id. The text itself is not kept a second time.
create virtual table question_words using fts5 (
  title, body, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '3 4'
);
create virtual table answer_words using fts5 (
  body, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '3 4'
);
