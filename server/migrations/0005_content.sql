create extension if not exists pg_trgm;

-- Raw storage is the truth; Markdown and text are derived from it and can be made again.
-- title_folded is the title as content/fold.ts compares it: for near and part matches.
create table documents (
  id uuid primary key,
  space_id uuid not null references spaces (id) on delete cascade,
  integration_id uuid,
  external_id text not null,
  type text not null,
  status text not null,
  title text not null,
  title_folded text not null,
  parent_external_id text,
  position bigint,
  version integer not null,
  version_at timestamptz,
  version_author text,
  version_message text not null default '',
  author text,
  source_created_at timestamptz,
  url text,
  labels text[] not null default '{}',
  storage text not null,
  markdown text not null,
  body_text text not null,
  content_hash text not null,
  created_at timestamptz not null default now(),
  synced_at timestamptz not null default now(),
  deleted_at timestamptz,
  deleted_reason text,
  constraint documents_external_key unique (integration_id, external_id)
);
-- Bodies are written once and read one page at a time: compressing three of 7 KB took 0.4 ms, more than writing them.
alter table documents alter storage set storage external, alter markdown set storage external,
  alter body_text set storage external;
create index documents_tree on documents (space_id, parent_external_id, position) where deleted_at is null;
create index documents_labels on documents using gin (labels) where deleted_at is null;
create index documents_title_trigrams on documents using gin (title_folded gin_trgm_ops) where deleted_at is null;

-- What search reads, apart from documents so that a move or a sync mark never touches the large index.
-- title: title (A) and labels (B), so that the best matches of a common word are found first.
-- whole: title, headings (C), body (D) and labels (B).
-- Both carry lexemes for filters (content/filters.ts): the index alone answers them, and what a reader may see.
-- hidden: trashed or draft.
create table document_search (
  document_id uuid primary key references documents (id) on delete cascade,
  space_id uuid not null,
  hidden boolean not null,
  version_at timestamptz,
  title tsvector not null,
  whole tsvector not null
);
-- Ranking reads the vectors of up to a thousand documents: kept in the row while it fits the page.
alter table document_search set (toast_tuple_target = 8160);
alter table document_search alter title set storage external, alter whole set storage external;
create index document_search_title on document_search using gin (title);
-- 16 MB of waiting entries: half the time of the default 4 MB for each document put (0.55 against 0.95 ms).
create index document_search_whole on document_search using gin (whole) with (gin_pending_list_limit = 16384);

-- The versions seen so far; bodies of old versions stay where they came from.
create table document_versions (
  document_id uuid not null references documents (id) on delete cascade,
  number integer not null,
  author text,
  message text not null,
  minor_edit boolean not null default false,
  at timestamptz,
  primary key (document_id, number)
);
