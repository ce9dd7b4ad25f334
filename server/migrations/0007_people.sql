-- Names of the people that an integration's documents speak of by account id.
create table source_people (
  integration_id uuid not null references integrations (id) on delete cascade,
  account_id text not null,
  name text not null,
  primary key (integration_id, account_id)
);
