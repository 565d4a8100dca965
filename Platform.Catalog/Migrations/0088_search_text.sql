-- compatible: programs before this one go on writing the column; nobody has read it since search answers from memory.

-- The trigrams of 100,000 assets took 40 MB and most of the time of a write.
drop index if exists catalog.assets_search;
comment on column catalog.assets.search_text is 'Not used any more.';
