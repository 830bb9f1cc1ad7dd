-- Whose a host is: the name under which somebody can make as many hosts as he likes. Null: nothing came of it since
-- this column is there, and it counts for itself.
alter table peers add column party {text};
create index peers_party on peers (party) where party is not null;

-- The first eight bytes of the SHA-256 of an activity: its body goes when it is worked off, and this still tells
-- whether another one comes under its id.
alter table inbox add column digest {int};

-- What was of no consequence is forgotten sooner than what changed something.
create index inbox_idle on inbox (id) where state >= 2;

-- When to look whether anything here still needs to know an actor of another server.
alter table actors add column sweep_at {int} not null default 0;
create index actors_sweep on actors (sweep_at) where host is not null;

-- Who deletes an actor asks each table that may name it; without these all of it would be read each time.
create index activities_actor on activities (actor_id);
create index questions_organisation on questions (organisation_id) where organisation_id is not null;
create index questions_accepted_by on questions (accepted_by) where accepted_by is not null;
create index answers_organisation on answers (organisation_id) where organisation_id is not null;
create index notices_actor on notices (actor_id) where actor_id is not null;
create index sign_in_links_account on sign_in_links (account_id) where account_id is not null;
