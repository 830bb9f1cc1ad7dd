-- An inbox that is gone is looked up within its host; one index less to keep for each delivery.
drop index deliveries_inbox;
