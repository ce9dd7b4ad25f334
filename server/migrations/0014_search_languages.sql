-- The dictionary a document was indexed with, and all that are in use besides English: what a query is asked in.
alter table document_search add column language text not null default 'english';
create table search_languages (
  language text primary key
);
