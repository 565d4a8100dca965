-- compatible: indexes only.
-- Lists of runs by time and by kind, and what a follower has missed.

-- Runs queued in a span of time: the list finds the ids at its ends and walks between them.
create index run_queued_at on run (queued_at);
-- What ended since: followers that come back.
create index run_ended_at on run (ended_at) where ended_at is not null;
-- Lists by kind: of a kind that is rare among millions they would walk them all.
create index run_kind on run (kind, id desc) where kind <> 'scheduled';
-- The other states have an index of their own (run_state); canceled runs may be as rare as failed ones.
create index run_canceled on run (id desc) where state = 'canceled';
