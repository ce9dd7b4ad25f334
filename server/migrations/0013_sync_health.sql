create table sync_brakes (
  id uuid primary key,
  integration_id uuid not null references integrations (id) on delete cascade,
  space_id uuid not null references spaces (id) on delete cascade,
  run_id uuid references sync_runs (id) on delete set null,
  reason text not null,
  external_ids text[] not null,
  all_count integer not null,
  state text not null default 'waiting',
  at timestamptz not null default now(),
  decided_by uuid references users (id) on delete set null,
  decided_at timestamptz,
  -- Of a confirmed one: when a run hid them.
  done_at timestamptz,
  constraint sync_brakes_reason_known check (reason in ('vanished', 'lost-access')),
  constraint sync_brakes_state_known check (state in ('waiting', 'confirmed', 'rejected', 'over'))
);
create index sync_brakes_newest on sync_brakes (integration_id, at desc, id desc);
create unique index sync_brakes_one_open on sync_brakes (space_id, reason) where state = 'waiting';

create index documents_hidden on documents (integration_id, deleted_at) where deleted_at is not null;

-- Requests by minute and kind of address: what a person sees of limits, kept for a day.
create table source_traffic (
  integration_id uuid not null references integrations (id) on delete cascade,
  at timestamptz not null,
  endpoint text not null,
  requests integer not null default 0,
  limited integer not null default 0,
  failed integer not null default 0,
  waited_ms bigint not null default 0,
  primary key (integration_id, at, endpoint)
);
alter table integrations
  add column limit_seen jsonb,
  add column last_success_at timestamptz,
  add column last_sweep_at timestamptz,
  add column failing_since timestamptz,
  -- What ends the time of failures: any run that succeeds, or a sweep, because it was a space that a sweep could not read.
  add column failing_until text not null default 'any',
  add constraint integrations_failing_until_known check (failing_until in ('any', 'sweep'));
alter table sync_runs add column waited_ms bigint not null default 0;
alter table sync_skipped
  add column space_external_id text,
  add column stream text not null default 'pages',
  add column retried_at timestamptz;

-- Single documents that the next run asks for by their ids: what was skipped, what was hidden.
create table sync_asked (
  integration_id uuid not null references integrations (id) on delete cascade,
  external_id text not null,
  type text not null,
  at timestamptz not null default now(),
  primary key (integration_id, external_id)
);
