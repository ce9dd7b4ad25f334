-- Who people are in the outside system. user_id: linked by an admin; else an account is the person's with the same e-mail
-- address, unless unlinked: an admin said that it is nobody's here. asked_at: when the source was last asked about it.
alter table source_people
  add column email text,
  add column active boolean not null default true,
  add column guest boolean not null default false,
  add column user_id uuid references users (id) on delete set null,
  add column unlinked boolean not null default false,
  add column asked_at timestamptz;
create index source_people_user on source_people (user_id) where user_id is not null;
create index source_people_email on source_people (lower(email)) where email is not null;

create table source_groups (
  integration_id uuid not null references integrations (id) on delete cascade,
  group_id text not null,
  name text not null,
  read_at timestamptz,
  failed text,
  primary key (integration_id, group_id)
);
create table source_group_members (
  integration_id uuid not null,
  group_id text not null,
  account_id text not null,
  primary key (integration_id, group_id, account_id),
  foreign key (integration_id, group_id) references source_groups on delete cascade
);
create index source_group_members_account on source_group_members (integration_id, account_id);

-- A read lock opens for whoever is one of its principals (account:ID, group:ID, role:ID, class:NAME); of none, for nobody.
-- A space's lock keeps its row whoever may read there (key: space:ID), so that new readers of a space change no document.
-- Of restrictions the key is a digest of the principals: equal ones are one lock.
create table read_locks (
  id integer primary key generated always as identity,
  integration_id uuid not null references integrations (id) on delete cascade,
  key text not null,
  space_id uuid references spaces (id) on delete cascade,
  principals text[] not null,
  read_at timestamptz not null default now(),
  failed text,
  constraint read_locks_once unique (integration_id, key)
);
create index read_locks_principals on read_locks using gin (principals);
create unique index read_locks_space on read_locks (space_id) where space_id is not null;

-- All locks of a document together, sorted: few differ, so that a document and the search index carry one number. 0, which
-- is no row: open to nobody.
create table access_sets (
  id integer primary key generated always as identity,
  integration_id uuid not null references integrations (id) on delete cascade,
  locks integer[] not null,
  constraint access_sets_once unique (integration_id, locks)
);

-- What the source said last of what is set on a page itself. lock_id null: nothing. failed: why it did not tell; such a page
-- is shut, and so is one that has no row.
create table document_restrictions (
  integration_id uuid not null references integrations (id) on delete cascade,
  external_id text not null,
  lock_id integer references read_locks (id),
  read_at timestamptz not null,
  failed text,
  primary key (integration_id, external_id)
);

-- No foreign key: a number that is in no list opens for nobody, and checking one would double what renewing many costs.
alter table documents add column access_set_id integer;
alter table document_search add column access_set_id integer;
