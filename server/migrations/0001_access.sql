-- People, their sessions and keys (written by better-auth), groups, spaces and who is in them.
create table users (
  id uuid primary key,
  name text not null,
  email text not null,
  email_verified boolean not null default false,
  image text,
  role text not null default 'member',
  disabled boolean not null default false,
  two_factor_enabled boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint users_email_key unique (email),
  constraint users_role_known check (role in ('admin', 'member'))
);

create table sessions (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  token text not null,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint sessions_token_key unique (token)
);
create index sessions_user_id on sessions (user_id);

create table accounts (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  account_id text not null,
  provider_id text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint accounts_provider_account_key unique (provider_id, account_id)
);
create index accounts_user_id on accounts (user_id);

create table verifications (
  id uuid primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index verifications_identifier on verifications (identifier);

-- Keys of the HTTP API, as better-auth's plugin keeps them: the key itself is stored hashed.
create table api_keys (
  id uuid primary key,
  config_id text not null default 'default',
  name text,
  start text,
  prefix text,
  key text not null,
  reference_id uuid not null references users (id) on delete cascade,
  permissions text,
  enabled boolean not null default true,
  expires_at timestamptz,
  last_request timestamptz,
  metadata text,
  remaining integer,
  refill_interval bigint,
  refill_amount integer,
  last_refill_at timestamptz,
  rate_limit_enabled boolean not null default false,
  rate_limit_time_window bigint,
  rate_limit_max integer,
  request_count integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint api_keys_key_key unique (key)
);
create index api_keys_reference_id on api_keys (reference_id, id);

-- How often somebody tried within the window that began at started_at; name = what is limited, hashed.
create table attempts (
  name text primary key,
  count integer not null,
  started_at timestamptz not null
);
create index attempts_started_at on attempts (started_at);

create table groups (
  id uuid primary key,
  name text not null,
  created_at timestamptz not null default now()
);
create unique index groups_name_key on groups (lower(name));

create table group_members (
  group_id uuid not null references groups (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  primary key (group_id, user_id)
);
create index group_members_user_id on group_members (user_id);

-- A space made by a sync carries its integration and the outside id; one made by hand carries neither.
create table spaces (
  id uuid primary key,
  key text not null,
  name text not null,
  kind text not null default 'global',
  archived boolean not null default false,
  integration_id uuid,
  external_id text,
  homepage_external_id text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint spaces_external_key unique (integration_id, external_id)
);
create unique index spaces_key_key on spaces (lower(key));

-- principal: user:ID, group:ID or everyone.
create table space_members (
  space_id uuid not null references spaces (id) on delete cascade,
  principal text not null,
  role text not null,
  primary key (space_id, principal),
  constraint space_members_role_known check (role in ('admin', 'editor', 'reader'))
);
create index space_members_principal on space_members (principal);

-- Facts of this deployment, each made once (the hash of a set-up token, which key sealed this database first).
create table deployment (
  name text primary key,
  value text not null
);
