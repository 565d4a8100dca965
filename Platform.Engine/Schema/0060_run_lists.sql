-- compatible: indexes only.
-- Runs that wait or run have indexes that begin with their workflow (run_queued, run_active). Another one over the same rows by state alone looked equally cheap wherever the statistics were taken
-- while nothing waited, which is most of the time: starting one run then read the waiting and running ones of every workflow. Lists by state take those indexes too; of failed runs there is a history.

drop index run_state;
create index run_failed on run (id desc) where state = 'failed';
