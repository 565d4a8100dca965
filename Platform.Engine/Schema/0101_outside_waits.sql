-- compatible: two columns without a default; an older program neither writes nor reads them.
-- How much of an instance's time was a wait for something outside (people, a time, an event, another run), which holds no worker: a time line draws it apart from work.
alter table task_instance
    -- From when the newest attempt that waited was deferred first until it was taken back to the queue last. Older than started_at it belongs to an attempt before.
    add column waited_from timestamptz,
    add column waited_until timestamptz;
