-- The home page names our own organisations: a handful among all the actors that were ever seen.
create index actors_organisations on actors (id) where kind = 1 and host is null and deleted_at is null;
