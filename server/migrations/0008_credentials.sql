-- Credentials of global and spaces beside those of integrations. scope: global, integrations, or space:<id of the space>,
-- so that a space made later under the same key gets nothing of a former one.
-- key_version: the version of the scope's key that sealed the secret; a rotation looks for lower ones.
-- unreadable_at: its secret could not be opened; a new one clears it.
-- name_key: the name as names are compared, NFKC and without letter-case, made by the server: what lower() does depends on
-- the database's locale.
alter table credentials
  add column name_key text collate "C",
  add column space_id uuid references spaces (id) on delete cascade,
  add column key_version integer not null default 1,
  add column unreadable_at timestamptz,
  add column expiry_policy text not null default 'warn',
  add column remind uuid[] not null default '{}',
  add column created_by text not null default 'system',
  add column created_by_name text,
  add column updated_by text not null default 'system',
  add column updated_by_name text,
  add column last_used_at timestamptz,
  add column last_used_host text,
  add column last_used_by text,
  add constraint credentials_space_is_scope check (space_id is null or scope = 'space:' || space_id),
  add constraint credentials_expiry_policy_known check (expiry_policy in ('warn', 'block'));
update credentials set name_key = lower(normalize(name, nfkc));
alter table credentials alter column name_key set not null;
drop index credentials_name_key;
create unique index credentials_name_key on credentials (scope, name_key);
create index credentials_space on credentials (space_id) where space_id is not null;
create index credentials_key_version on credentials (scope, key_version);
create index credentials_expires on credentials (expires_at) where expires_at is not null;

alter table scope_keys add column space_id uuid references spaces (id) on delete cascade;
create index scope_keys_space on scope_keys (space_id) where space_id is not null;

-- principal: user:ID, group:ID or everyone (of the scope).
create table credential_grants (
  credential_id uuid not null references credentials (id) on delete cascade,
  principal text not null,
  level text not null,
  primary key (credential_id, principal),
  constraint credential_grants_level_known check (level in ('use', 'view', 'edit', 'administrate'))
);
create index credential_grants_principal on credential_grants (principal);

-- What each version of a credential changed. former: what the secret was before it, still sealed, with the limits it had
-- then; of a credential only the latest one is kept, and none outlives its key.
create table credential_versions (
  credential_id uuid not null references credentials (id) on delete cascade,
  version integer not null,
  at timestamptz not null default now(),
  by text not null,
  by_name text,
  fields text[] not null,
  former jsonb,
  former_key_version integer,
  primary key (credential_id, version)
);

-- Who refers to a credential, kept by whoever refers. No foreign key: a deleted credential's references say that it is gone.
create table credential_references (
  credential_id uuid not null,
  kind text not null,
  ref_id text not null,
  name text not null,
  space_id uuid,
  primary key (credential_id, kind, ref_id)
);
create index credential_references_ref on credential_references (kind, ref_id);
insert into credential_references (credential_id, kind, ref_id, name)
  select credential_id, 'integration', id::text, name from integrations;

-- Each reminder once: whoever inserts the row sends it.
create table credential_reminders (
  credential_id uuid not null references credentials (id) on delete cascade,
  expires_at timestamptz not null,
  days integer not null,
  at timestamptz not null default now(),
  primary key (credential_id, expires_at, days)
);

-- mail: none (not to be sent), waiting, sending, sent, failed. mail_note: why it failed, or was refused last.
-- mail_next_at: while it waits, the earliest next try; while it is being sent, when its sender is taken for dead.
create table notifications (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  kind text not null,
  title text not null,
  text text not null,
  link text,
  at timestamptz not null default now(),
  read_at timestamptz,
  mail text not null default 'none',
  mail_tries integer not null default 0,
  mail_next_at timestamptz,
  mail_note text,
  constraint notifications_mail_known check (mail in ('none', 'waiting', 'sending', 'sent', 'failed'))
);
create index notifications_user on notifications (user_id, at desc, id desc);
create index notifications_mail on notifications (mail_next_at) where mail in ('waiting', 'sending');

-- A root key is staged by a command, made active by a start, and then retired; forgotten_at ends its grace, after which no
-- scope key is wrapped by it any more.
alter table root_keys
  add column staged_at timestamptz,
  add column retired_at timestamptz,
  add column forgotten_at timestamptz,
  drop constraint root_keys_state_known,
  add constraint root_keys_state_known check (state in ('staged', 'active', 'retired')),
  add constraint root_keys_forgotten_is_retired check (forgotten_at is null or state = 'retired');
create unique index root_keys_one_staged on root_keys (state) where state = 'staged';

-- former_sealed: the same scope key under the root key in grace, for processes that still run with that one.
alter table scope_keys
  add column former_root_fingerprint text references root_keys (fingerprint),
  add column former_sealed text,
  add constraint scope_keys_former_is_whole check ((former_root_fingerprint is null) = (former_sealed is null)),
  add constraint scope_keys_destroyed_has_no_former check (state <> 'destroyed' or former_sealed is null);
-- A scope with a retired key is being rotated.
create index scope_keys_retired on scope_keys (scope) where state = 'retired';

-- The processes that run, each renewing its row: a root key in grace is kept while one of them runs with it.
create table nodes (
  id uuid primary key,
  name text not null,
  roles text[] not null,
  root_fingerprint text not null,
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now()
);
