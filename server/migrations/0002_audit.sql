-- Append-only and hash-chained: hash = sha256(previous hash, the row's own fields), so a changed, removed or inserted row shows.
create table audit (
  seq bigint primary key,
  at timestamptz not null,
  actor text not null,
  actor_name text,
  action text not null,
  target text not null,
  detail jsonb not null default '{}',
  previous_hash text not null,
  hash text not null
);
create index audit_actor on audit (actor, seq desc);
create index audit_action on audit (action, seq desc);
create index audit_target on audit (target, seq desc);

create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'audit rows are never changed or removed';
end $$;
create trigger audit_is_append_only before update or delete or truncate on audit
  for each statement execute function audit_is_append_only();
