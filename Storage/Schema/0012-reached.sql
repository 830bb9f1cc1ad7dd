-- Which hosts got something since a moment, and an inbox at each: a deletion goes to all of them.
create index peers_reached on peers (last_success_at) where last_success_at is not null;
drop index actors_host;
create index actors_host on actors (host, id) where host is not null;
