import type { Filled } from './fixtures.ts'

/** Every page of the application, with the heading that shows that it is there. */
export function pagesOf({
  integrationId,
  runId,
  spaceKey,
  documentId,
}: Filled): [path: string, heading: string | RegExp][] {
  return [
    ['/spaces', 'Spaces'],
    [`/spaces/${spaceKey}`, /.+/],
    [`/spaces/${spaceKey}/documents/${documentId}`, /.+/],
    [`/spaces/${spaceKey}/documents/${documentId}?as=markdown`, /.+/],
    [`/spaces/${spaceKey}/documents/${documentId}?as=storage`, /.+/],
    [`/spaces/${spaceKey}/members`, 'Members'],
    ['/search', 'Search'],
    ['/search?q=station', 'Search for “station”'],
    ['/account/api-keys', 'API keys'],
    ['/settings/integrations', 'Integrations'],
    ['/settings/integrations/new', 'Add integration'],
    ['/settings/integrations/new?connector=confluence&tab=basic', 'Connect Confluence'],
    ['/settings/integrations/new?connector=confluence&tab=authentication', 'Connect Confluence'],
    [`/settings/integrations/${integrationId}`, 'Sample site'],
    [`/settings/integrations/${integrationId}/edit?tab=authentication`, 'Edit Sample site'],
    [`/settings/integrations/${integrationId}/runs/${runId}`, /Full sync/],
    ['/settings/users', 'Users'],
    ['/settings/groups', 'Groups'],
    ['/settings/audit', 'Audit'],
    ['/settings/system', 'System'],
    ['/nowhere', 'Not found'],
  ]
}
