-- What is typed in a live document counts at once: it is not published there.
alter table documents add column is_live boolean not null default false;
