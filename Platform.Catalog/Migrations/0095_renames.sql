-- compatible: adds columns that programs before it do not know.

-- Of the content alone, whatever it is called: tells a rename from a new asset. Null where unknown.
alter table catalog.assets add column content_fingerprint text;
-- Key of the asset that it became; null where it is gone for another reason, or there.
alter table catalog.assets add column renamed_to text;
