-- What was sent to the source and may have arrived: settled by reading back, never by sending again.
create table publishes (
  id uuid primary key,
  integration_id uuid not null references integrations (id) on delete cascade,
  space_id uuid not null references spaces (id) on delete cascade,
  document_id uuid references documents (id) on delete cascade,
  external_id text,
  kind text not null,
  type text not null default 'page',
  title text not null,
  base_version integer,
  storage_hash text,
  -- Where a move goes, which labels are set, how large a file is.
  target text,
  message text not null default '',
  minor_edit boolean not null default false,
  state text not null default 'sent',
  actor_id uuid references users (id) on delete set null,
  sent_at timestamptz not null default now(),
  settled_at timestamptz,
  detail text not null default '',
  constraint publishes_kind_known check (kind in ('create', 'edit', 'move', 'trash', 'restore', 'labels', 'attach')),
  constraint publishes_state_known check (state in ('sent', 'arrived', 'refused', 'lost'))
);
create index publishes_open on publishes (integration_id, sent_at) where state = 'sent';
create index publishes_places on publishes (integration_id, settled_at)
  where kind in ('move', 'labels', 'trash', 'restore');
create index publishes_document on publishes (document_id, sent_at);

-- Edits that wait for a person. storage null: the document is to be thrown away.
create table edit_proposals (
  id uuid primary key,
  kind text not null,
  space_id uuid not null references spaces (id) on delete cascade,
  document_id uuid references documents (id) on delete cascade,
  -- Below which a new document is to stand until it is made; without it there is no place for it, nor who may read it.
  parent_id uuid references documents (id) on delete cascade,
  type text not null default 'page',
  title text not null,
  labels text[] not null default '{}',
  storage text,
  base_version integer,
  base_title text,
  base_storage text,
  message text not null default '',
  minor_edit boolean not null default false,
  state text not null default 'waiting',
  reason text not null default '',
  proposed_by uuid references users (id) on delete set null,
  -- The API key, and its name at the time.
  proposed_key text,
  proposed_with text,
  proposed_at timestamptz not null default now(),
  decided_by uuid references users (id) on delete set null,
  decided_at timestamptz,
  constraint edit_proposals_kind_known check (kind in ('create', 'edit', 'trash')),
  constraint edit_proposals_state_known check (state in ('waiting', 'published', 'rejected', 'stale'))
);
create index edit_proposals_newest on edit_proposals (space_id, proposed_at desc, id desc);
create index edit_proposals_document on edit_proposals (document_id) where document_id is not null;
create index edit_proposals_parent on edit_proposals (parent_id) where parent_id is not null;
