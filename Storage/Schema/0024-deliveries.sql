-- A delivery that fails again and again while others arrive stands alone: its thread goes on without it. How often it
-- had no answer, and when it last failed by itself.
alter table deliveries add column is_alone {int} not null default 0;
alter table deliveries add column unanswered {int} not null default 0;
alter table deliveries add column tried_at {int};
-- What fails by itself at a host, the latest first: whether it is one, or the host.
create index deliveries_tried on deliveries (host, tried_at) where tried_at is not null;

-- When what waited for a host was last made due because it spoke to us.
alter table peers add column woken_at {int};
