-- What names the version before in the chain of an official answer (CONTRACT.md §4.2).
alter table answers add column previous_revision {text};
