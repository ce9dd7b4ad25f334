-- actor_id: the person who caused it; null = the system. depth: how many workflows' actions stand between it and what
-- happened outside. routed_at: workflows have looked at it.
alter table events
  add column actor_id uuid,
  add column depth smallint not null default 0,
  add column routed_at timestamptz;
update events set routed_at = at;
create index events_waiting on events (id) where routed_at is null;
-- Nothing asks by them, and each would be written twice for every event.
drop index events_at, events_subject;

-- What a space's workflows use is not used by them any more when the space is gone.
alter table credential_references
  add constraint credential_references_space foreign key (space_id) references spaces (id) on delete cascade;

-- scope: global, or space:<id of the space>. definition: schema/workflow.ts. events: those that its triggers listen to.
-- owner_id null: he was deleted; nothing is sent in his name any more.
create table workflows (
  id uuid primary key,
  scope text not null,
  space_id uuid references spaces (id) on delete cascade,
  name text not null,
  name_key text collate "C" not null,
  definition json not null,
  events text[] not null default '{}',
  enabled boolean not null default false,
  version integer not null default 1,
  owner_id uuid references users (id) on delete set null,
  copied_from uuid,
  copied_version integer,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  updated_by text not null,
  updated_by_name text,
  constraint workflows_space_is_scope check (space_id is null or scope = 'space:' || space_id)
);
create unique index workflows_name_key on workflows (scope, name_key);
create index workflows_space on workflows (space_id) where space_id is not null;

create table workflow_versions (
  workflow_id uuid not null references workflows (id) on delete cascade,
  version integer not null,
  definition json not null,
  at timestamptz not null default now(),
  by text not null,
  by_name text,
  primary key (workflow_id, version)
);

-- When a schedule of a trigger is due next.
create table workflow_schedules (
  workflow_id uuid not null references workflows (id) on delete cascade,
  trigger_id text not null,
  next_at timestamptz not null,
  primary key (workflow_id, trigger_id)
);
create index workflow_schedules_next on workflow_schedules (next_at);

-- Where a page stands in a workflow. page_version: the version it had when it came there.
create table page_statuses (
  document_id uuid not null references documents (id) on delete cascade,
  workflow_id uuid not null references workflows (id) on delete cascade,
  status text not null,
  since timestamptz not null default now(),
  by text not null,
  by_name text,
  page_version integer not null,
  expires_at timestamptz,
  expired_at timestamptz,
  assignee_id uuid references users (id) on delete set null,
  primary key (document_id, workflow_id)
);
-- Those that stand longest in a status first.
create index page_statuses_workflow on page_statuses (workflow_id, status, since, document_id);
create index page_statuses_expires on page_statuses (workflow_id, expires_at)
  where expires_at is not null and expired_at is null;

-- from_status null: the page came into the workflow. reason: transition, edit, expiry, action, start or change; approval
-- and reject leave it where it is.
create table page_status_changes (
  id uuid primary key,
  document_id uuid not null references documents (id) on delete cascade,
  workflow_id uuid not null references workflows (id) on delete cascade,
  at timestamptz not null default now(),
  from_status text,
  to_status text not null,
  page_version integer not null,
  by text not null,
  by_name text,
  comment text,
  reason text not null
);
create index page_status_changes_page on page_status_changes (document_id, workflow_id, id);

-- An approval counts for the version of the page it was given to, while the page stands in from_status.
create table page_approvals (
  document_id uuid not null references documents (id) on delete cascade,
  workflow_id uuid not null references workflows (id) on delete cascade,
  from_status text not null,
  to_status text not null,
  page_version integer not null,
  user_id uuid not null references users (id) on delete cascade,
  user_name text not null,
  comment text,
  at timestamptz not null default now(),
  primary key (document_id, workflow_id, from_status, to_status, user_id)
);

-- One execution of a trigger for one event. No foreign keys: what was done stays when the workflow or the page is gone.
-- actions: [{ id, type, status, detail, deliveryId }].
create table workflow_runs (
  id uuid primary key,
  workflow_id uuid not null,
  workflow_version integer not null,
  trigger_id text not null,
  event_id uuid not null,
  event_type text not null,
  document_id uuid,
  space_id uuid,
  at timestamptz not null default now(),
  status text not null,
  detail text,
  run_as uuid,
  run_as_name text,
  actions jsonb not null default '[]',
  constraint workflow_runs_once unique (event_id, workflow_id, trigger_id),
  constraint workflow_runs_status_known check (status in ('done', 'working', 'failed', 'stopped'))
);
create index workflow_runs_workflow on workflow_runs (workflow_id, id desc);
create index workflow_runs_document on workflow_runs (document_id, workflow_id, at) where document_id is not null;

-- One request that must reach a receiver; id is the webhook-id of all its attempts. url, headers and body: values already
-- put in, never a secret. origin: scheme, host and port. next_at: while it is open, the earliest next attempt.
-- claimed_*: a process works on it until then; another takes it up afterwards. attempts: all that stand in the log; tries:
-- those since it was queued or replayed, by which the retry schedule goes. Half of each page is left free for the claims of
-- its rows, which then touch no index: 40 µs to claim and close one, beside 57 with a fillfactor of 80.
create table deliveries (
  id uuid primary key,
  run_id uuid not null,
  action_id text not null,
  event_id uuid,
  workflow_id uuid not null,
  workflow_name text not null,
  scope text not null,
  space_id uuid,
  document_id uuid,
  document_title text,
  credential_id uuid,
  run_as uuid,
  run_as_name text,
  origin text not null,
  method text not null,
  url text not null,
  headers jsonb not null default '{}',
  body text,
  timeout_ms integer not null,
  signing text,
  status text not null default 'queued',
  attempts integer not null default 0,
  tries integer not null default 0,
  next_at timestamptz,
  claimed_by uuid,
  claimed_until timestamptz,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  code text,
  detail text,
  constraint deliveries_status_known check (status in ('queued', 'sent', 'failed', 'dead')),
  constraint deliveries_open_has_time check ((status in ('queued', 'failed')) = (next_at is not null)),
  constraint deliveries_signing_known check (signing in ('v1', 'v1a', 'both'))
) with (fillfactor = 50);
create index deliveries_due on deliveries (origin, next_at) where status in ('queued', 'failed');
create index deliveries_workflow on deliveries (workflow_id, id);
create index deliveries_space on deliveries (space_id, workflow_id, id) where space_id is not null;
create index deliveries_run on deliveries (run_id);
create index deliveries_unsent on deliveries (status, id desc) where status <> 'sent';
-- Of what went wrong alone: they cost nothing when a delivery is made or sent.
create index deliveries_troubled_workflow on deliveries (workflow_id, status, id desc) where status in ('failed', 'dead');
create index deliveries_troubled_space on deliveries (space_id, status, id desc) where status in ('failed', 'dead');
create index deliveries_troubled_origin on deliveries (origin, status, id desc) where status in ('failed', 'dead');

-- No foreign key: written with its delivery, removed with it by the clean-up.
create table delivery_attempts (
  delivery_id uuid not null,
  number integer not null,
  at timestamptz not null,
  code text not null,
  detail text,
  status integer,
  address text,
  timing jsonb not null,
  request jsonb not null,
  answer jsonb,
  primary key (delivery_id, number)
);
create index delivery_attempts_at on delivery_attempts using brin (at);

-- Attempts counted in the transaction that logged them, for the charts. at: the beginning of five minutes. bucket: -1 = it
-- failed; else it was sent, within that class of time (server/deliveries/time-classes.ts).
create table delivery_figures (
  at timestamptz not null,
  workflow_id uuid not null,
  space_id uuid,
  bucket smallint not null,
  count integer not null,
  constraint delivery_figures_key unique nulls not distinct (at, workflow_id, space_id, bucket)
) with (fillfactor = 50);

-- When the admins of a space (null: platform admins) last heard that deliveries to a receiver died.
create table delivery_alerts (
  origin text not null,
  space_id uuid,
  told_at timestamptz not null,
  constraint delivery_alerts_key unique nulls not distinct (origin, space_id)
);

-- What is known of a receiver: a row is made when it first fails.
create table receivers (
  origin text primary key,
  failures integer not null default 0,
  opened_at timestamptz,
  open_until timestamptz,
  pause_ms integer not null default 0,
  next_at timestamptz,
  updated_at timestamptz not null default now()
);

-- What messages of a workflow's action are signed with, sealed under the scope `signing`. valid_until: a former one, still
-- used beside the present one. No foreign key: what is on its way when a workflow is deleted is still signed.
create table signing_secrets (
  id uuid primary key,
  workflow_id uuid not null,
  action_id text not null,
  version integer not null,
  sealed text not null,
  key_version integer not null,
  public_key text not null,
  created_at timestamptz not null default now(),
  valid_until timestamptz,
  constraint signing_secrets_version unique (workflow_id, action_id, version)
);
