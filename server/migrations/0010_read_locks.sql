-- Who people are in the outside system. linked_by null and unlinked true: an admin said that this is nobody here.
alter table source_people
  add column email text,
  add column user_id uuid references users (id) on delete set null,
  add column linked_by text,
  add column unlinked boolean not null default false,
  add constraint source_people_linked_by_known check (linked_by in ('email', 'admin'));
create index source_people_user on source_people (user_id) where user_id is not null;
create index source_people_email on source_people (lower(email)) where email is not null;

create table source_groups (
  integration_id uuid not null references integrations (id) on delete cascade,
  group_id text not null,
  name text not null,
  members_read_at timestamptz,
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

-- A read lock: opens for whoever is one of its principals (account:ID, group:ID, role:ID, class:NAME), sorted. None: for nobody.
create table read_locks (
  id integer primary key generated always as identity,
  integration_id uuid not null references integrations (id) on delete cascade,
  principals text[] not null,
  constraint read_locks_once unique (integration_id, principals)
);
-- All locks of a document together, sorted: few differ, so that a document and the search index carry one number.
create table access_sets (
  id integer primary key generated always as identity,
  integration_id uuid not null references integrations (id) on delete cascade,
  locks integer[] not null,
  constraint access_sets_once unique (integration_id, locks)
);

-- What the source said last. failed: why it did not tell; such a thing is shut.
create table space_readers (
  space_id uuid primary key references spaces (id) on delete cascade,
  principals text[] not null,
  read_at timestamptz not null,
  failed text
);
create table document_restrictions (
  integration_id uuid not null references integrations (id) on delete cascade,
  external_id text not null,
  readers text[] not null,
  read_at timestamptz not null,
  failed text,
  primary key (integration_id, external_id)
);

-- null: no lock but membership of the space. Of an integration that takes its readers from the source never null.
alter table documents add column access_set_id integer references access_sets (id);
create index documents_access_set on documents (access_set_id) where access_set_id is not null;
alter table document_search add column access_set_id integer;
