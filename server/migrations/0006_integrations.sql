create table integrations (
  id uuid primary key,
  connector text not null,
  name text not null,
  settings jsonb not null,
  credential_id uuid not null references credentials (id),
  state text not null default 'connected',
  state_detail text,
  last_check jsonb,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  next_sync_at timestamptz,
  constraint integrations_state_known check (state in ('connected', 'key-rejected', 'unreachable', 'needs-re-entry'))
);
create unique index integrations_name_key on integrations (lower(name));
alter table spaces add constraint spaces_integration foreign key (integration_id) references integrations (id) on delete cascade;
alter table documents add constraint documents_integration foreign key (integration_id) references integrations (id) on delete cascade;

-- heartbeat_at: renewed by the process that runs it; a run whose heart stopped is taken over.
create table sync_runs (
  id uuid primary key,
  integration_id uuid not null references integrations (id) on delete cascade,
  mode text not null,
  status text not null default 'queued',
  counts jsonb not null,
  error jsonb,
  requested_by text not null,
  total_estimate integer,
  queued_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  heartbeat_at timestamptz,
  runner text,
  constraint sync_runs_mode_known check (mode in ('full', 'incremental', 'sweep')),
  constraint sync_runs_status_known check (status in ('queued', 'running', 'succeeded', 'failed', 'stopped'))
);
create index sync_runs_newest on sync_runs (integration_id, queued_at desc, id desc);
create unique index sync_runs_one_at_a_time on sync_runs (integration_id) where status in ('queued', 'running');

-- Where each space's walk of a run stands; cursor null and status 'waiting' = not begun.
create table sync_walks (
  run_id uuid not null references sync_runs (id) on delete cascade,
  space_external_id text not null,
  space_key text not null,
  space_name text not null,
  stream text not null,
  status text not null default 'waiting',
  cursor text,
  done integer not null default 0,
  total integer,
  first_seen_at timestamptz,
  detail text,
  primary key (run_id, space_external_id, stream),
  constraint sync_walks_status_known check (status in ('waiting', 'running', 'succeeded', 'failed'))
);

-- Up to which moment of the server's time a space's stream is known to be complete.
create table sync_watermarks (
  integration_id uuid not null references integrations (id) on delete cascade,
  space_external_id text not null,
  stream text not null,
  complete_until timestamptz not null,
  primary key (integration_id, space_external_id, stream)
);

create table sync_skipped (
  id uuid primary key,
  run_id uuid not null references sync_runs (id) on delete cascade,
  external_id text not null,
  type text not null,
  title text not null,
  space_key text,
  reason text not null,
  at timestamptz not null default now()
);
create index sync_skipped_run on sync_skipped (run_id, id);
