-- Attachments and comments that would go at once are held back as documents are, each kind for itself.
alter table sync_brakes drop constraint sync_brakes_reason_known;
alter table sync_brakes add constraint sync_brakes_reason_known
  check (reason in ('vanished', 'lost-access', 'attachments', 'footer-comments', 'inline-comments'));
