-- Kept so that a document can be indexed again, with its attachments and comments, without its body being converted again.
alter table documents add column headings text not null default '';

-- Bytes by their hash, in pieces of 256 KiB: one database holds everything, and a backup is one backup.
create table blobs (
  sha256 text primary key,
  size bigint not null,
  created_at timestamptz not null default now()
);
create table blob_chunks (
  sha256 text not null references blobs (sha256) on delete cascade,
  position integer not null,
  bytes bytea not null,
  primary key (sha256, position)
);
-- Files are mostly packed already.
alter table blob_chunks alter bytes set storage external;

create table attachments (
  id uuid primary key,
  document_id uuid not null references documents (id) on delete cascade,
  integration_id uuid not null references integrations (id) on delete cascade,
  external_id text not null,
  name text not null,
  media_type text not null,
  size bigint,
  version integer not null,
  version_at timestamptz,
  author text,
  comment text not null default '',
  file_state text not null default 'waiting',
  file_detail text not null default '',
  sha256 text references blobs (sha256),
  text_state text not null default 'waiting',
  text_detail text not null default '',
  body_text text not null default '',
  tries integer not null default 0,
  -- Not fetched or read again before: who takes it up puts this off, so that a dead process holds nothing for long.
  due_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  synced_at timestamptz not null default now(),
  deleted_at timestamptz,
  constraint attachments_external_key unique (integration_id, external_id),
  constraint attachments_file_state_known check (file_state in ('waiting', 'stored', 'too-large', 'failed')),
  constraint attachments_text_state_known check (text_state in ('waiting', 'extracted', 'none', 'failed'))
);
-- Of all rows: a document that is deleted for good takes its parts along by it.
create index attachments_document on attachments (document_id, id);
create index attachments_due on attachments (due_at)
  where deleted_at is null and (file_state = 'waiting' or (file_state = 'stored' and text_state = 'waiting'));
create index attachments_blob on attachments (sha256) where sha256 is not null;

create table comments (
  id uuid primary key,
  document_id uuid not null references documents (id) on delete cascade,
  integration_id uuid not null references integrations (id) on delete cascade,
  external_id text not null,
  kind text not null,
  parent_external_id text,
  author text,
  source_created_at timestamptz,
  version integer not null,
  version_at timestamptz,
  storage text not null,
  markdown text not null,
  body_text text not null,
  resolution text,
  selection text,
  created_at timestamptz not null default now(),
  synced_at timestamptz not null default now(),
  deleted_at timestamptz,
  constraint comments_external_key unique (integration_id, external_id),
  constraint comments_kind_known check (kind in ('footer', 'inline'))
);
create index comments_document on comments (document_id, source_created_at, id);

-- Documents whose attachments or comments changed: their words are put into the search index together, once.
create table document_reindexing (
  document_id uuid primary key references documents (id) on delete cascade
);
