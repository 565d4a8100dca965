-- compatible: adds columns that programs before it do not know.

-- What checks and incidents say, in Chinese beside the English; null where it was told before this, or by somebody who speaks English only.
alter table catalog.checks
    -- What the check is of, as a headline: "Missing values of amount". The name is what it is known by.
    add column title text,
    add column title_zh text,
    add column expected_zh text,
    add column last_observed_zh text;
alter table catalog.check_results add column observed_zh text;
alter table catalog.incidents add column message_zh text;
