-- What happened, written in the transaction that made it happen. dedupe_key: the same happening is one event, however often it is seen.
create table events (
  id uuid primary key,
  type text not null,
  dedupe_key text not null,
  space_id uuid,
  subject_id uuid,
  payload jsonb not null,
  at timestamptz not null default now(),
  constraint events_dedupe_key unique (dedupe_key)
);
create index events_at on events (at);
create index events_subject on events (subject_id, at);
