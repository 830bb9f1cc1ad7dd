-- What this node decided about other hosts. subject: a host in canonical form (with all below it), or '*' for whoever
-- nothing else is said of. verdict 0 = allow, 1 = hide, 2 = refuse; the most specific rule holds.
create table peer_rules (
  subject {text} not null primary key,
  verdict {int} not null,
  reason {text} not null default '',
  created_at {int} not null
);
insert into peer_rules (subject, verdict, created_at)
  select host, 2, blocked_at from peers where blocked_at is not null;
alter table peers drop column blocked_at;

-- The verdict that holds for an actor of another server, so that every read can leave out what is not to be shown.
alter table actors add column standing {int} not null default 0;
update actors set standing = 2 where host in (select subject from peer_rules);
create index actors_standing on actors (id) where standing <> 0;
