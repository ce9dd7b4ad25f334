-- What an approval made: the version, and whether the approver chose between both sides of a conflict.
alter table edit_proposals
  add column published_version integer,
  add column resolved boolean not null default false;
