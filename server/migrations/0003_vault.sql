-- Fingerprints of every root key this database was used with; the key itself is never here.
create table root_keys (
  fingerprint text primary key,
  state text not null,
  first_used_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  constraint root_keys_state_known check (state in ('active', 'retired'))
);
create unique index root_keys_one_active on root_keys (state) where state = 'active';

-- sealed: 32 bytes as a compact JWE under the root key; null once destroyed.
create table scope_keys (
  id uuid primary key,
  scope text not null,
  version integer not null,
  state text not null,
  root_fingerprint text not null references root_keys (fingerprint),
  sealed text,
  created_at timestamptz not null default now(),
  created_by text not null,
  retired_at timestamptz,
  destroyed_at timestamptz,
  constraint scope_keys_version_key unique (scope, version),
  constraint scope_keys_state_known check (state in ('active', 'retired', 'destroyed')),
  constraint scope_keys_destroyed_is_empty check ((state = 'destroyed') = (sealed is null))
);
create unique index scope_keys_one_active on scope_keys (scope) where state = 'active';

-- A credential: its secret fields are compact JWEs under the scope's key; what is readable (username, header name) stands open.
create table credentials (
  id uuid primary key,
  scope text not null,
  name text not null,
  kind text not null,
  username text,
  header text,
  sealed text,
  sealed_version integer not null default 1,
  domains text[] not null,
  allow_http boolean not null default false,
  expires_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint credentials_kind_known check (kind in ('basic', 'bearer', 'custom')),
  constraint credentials_domains_not_empty check (cardinality(domains) > 0)
);
create unique index credentials_name_key on credentials (scope, lower(name));
