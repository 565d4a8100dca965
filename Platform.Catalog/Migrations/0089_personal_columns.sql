-- compatible: adds an index.

-- Whether an asset holds personal data is asked of every asset that a page lists or draws; few columns do.
create index classifications_personal on catalog.classifications (asset_id) where personal_class is not null or verdict_personal_class is not null;
