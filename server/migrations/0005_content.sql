create extension if not exists unaccent;
create extension if not exists pg_trgm;

-- Words with accents folded, then English stems; what English calls a stop word is dropped.
create text search configuration lockkeeper (copy = pg_catalog.english);
alter text search configuration lockkeeper
  alter mapping for asciiword, asciihword, hword_asciipart, word, hword, hword_part, numword, numhword, hword_numpart
  with unaccent, english_stem;

create function fold(value text) returns text language sql immutable parallel safe strict
  return lower(public.unaccent('public.unaccent', value));

-- Raw storage is the truth; Markdown and text are derived from it and can be made again.
create table documents (
  id uuid primary key,
  space_id uuid not null references spaces (id) on delete cascade,
  integration_id uuid,
  external_id text not null,
  type text not null,
  status text not null,
  title text not null,
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
create index documents_tree on documents (space_id, parent_external_id, position, title) where deleted_at is null;
create index documents_labels on documents using gin (labels) where deleted_at is null;
create index documents_space_updated on documents (space_id, version_at desc, id) where deleted_at is null;
create index documents_title_trigrams on documents using gin (fold(title) gin_trgm_ops) where deleted_at is null;
