-- Whether somebody of here wants to be found by people of other servers (FEP-5feb).
alter table actors add column is_discoverable {int} not null default 0;
