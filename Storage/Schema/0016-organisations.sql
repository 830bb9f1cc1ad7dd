-- What our own organisations say of themselves to other nodes: their website, and their address in a register.
create table organisations (
  actor_id {key} references actors (id) on delete cascade,
  website {text},
  register_id {text}
);

-- For whom our organisations vouch; rows are only added, and revoked.
create table attestations (
  id {key},
  issuer_id {int} not null references actors (id) on delete cascade,
  subject_uri {text} not null,
  subject_name {text} not null,
  body {blob} not null,
  valid_until {int} not null,
  revoked_at {int},
  created_at {int} not null
);
create index attestations_issuer on attestations (issuer_id, id);

-- What others attest of our organisations, as they signed it.
create table held_attestations (
  actor_id {int} not null references actors (id) on delete cascade,
  uri {text} not null,
  issuer {text} not null,
  body {blob} not null,
  valid_until {int} not null,
  created_at {int} not null,
  primary key (actor_id, uri)
);

-- A copy of the register of government bodies: which website is whose.
create table register_entries (
  domain {text} not null,
  organisation_iri {text} not null,
  name {text} not null,
  primary key (domain, organisation_iri)
);

-- The website that proves who a recognised organisation is, its address in the register, and its keys at that moment.
alter table recognitions add column website {text};
alter table recognitions add column register_id {text};
alter table recognitions add column keys {text};
