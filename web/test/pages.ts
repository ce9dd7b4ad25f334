import { type Page, expect } from '@playwright/test'
import type { Filled } from './fixtures.ts'

/** Every page of the application, and every dialog that has an address, with the heading that shows that it is there. */
export function pagesOf({
  integrationId,
  runId,
  spaceKey,
  documentId,
  credentialId,
  workflowId,
}: Filled): [path: string, heading: string | RegExp][] {
  return [
    ['/spaces', 'Spaces'],
    [`/spaces/${spaceKey}`, /.+/],
    [`/spaces/${spaceKey}/documents/${documentId}`, /.+/],
    [`/spaces/${spaceKey}/documents/${documentId}?as=markdown`, /.+/],
    [`/spaces/${spaceKey}/documents/${documentId}?as=storage`, /.+/],
    ...['versions', 'attachments', 'comments', 'access'].map((tab): [string, RegExp] => [
      `/spaces/${spaceKey}/documents/${documentId}?tab=${tab}`,
      /.+/,
    ]),
    [`/spaces/${spaceKey}/documents/${documentId}/edit`, /^Edit /],
    [`/spaces/${spaceKey}/new?parent=${documentId}`, 'New page'],
    [`/spaces/${spaceKey}/proposals`, 'Proposed edits'],
    [`/spaces/${spaceKey}/members`, 'Members'],
    [`/spaces/${spaceKey}/report?workflow=${workflowId}`, 'Report'],
    ['/approvals', 'My approvals'],
    ['/search', 'Search'],
    ['/search?q=station', 'Search for “station”'],
    ['/account/api-keys', 'API keys'],
    ['/settings/integrations', 'Integrations'],
    ['/settings/integrations/new', 'Add integration'],
    ['/settings/integrations/new?connector=confluence&tab=basic', 'Connect Confluence'],
    ['/settings/integrations/new?connector=confluence&tab=authentication', 'Connect Confluence'],
    [`/settings/integrations/${integrationId}`, 'Sample site'],
    [`/settings/integrations/${integrationId}/health`, /health/i],
    [`/settings/integrations/${integrationId}/sync-settings`, /sync settings/i],
    [`/settings/integrations/${integrationId}/edit?tab=authentication`, 'Edit Sample site'],
    [`/settings/integrations/${integrationId}/runs/${runId}`, /Full sync/],
    ['/settings/credentials', 'Credentials'],
    ...['new', 'regenerate', 'export', 'import'].map((dialog): [string, string] => [
      `/settings/credentials?dialog=${dialog}`,
      'Credentials',
    ]),
    ...['details', 'edit', 'permissions', 'domains', 'test', 'versions', 'delete'].map((dialog): [string, string] => [
      `/settings/credentials?dialog=${dialog}&credential=${credentialId}`,
      'Credentials',
    ]),
    [`/spaces/${spaceKey}/settings/credentials`, 'Credentials'],
    ['/settings/workflows', 'Workflows'],
    ...['', '?start=approval', '?start=automation', '?start=scratch', '?start=import'].map(
      (start): [string, string] => [`/settings/workflows/new${start}`, 'Create workflow'],
    ),
    ...['', '?view=json', '?tab=dry-run', '?tab=runs', '?tab=versions'].map((part): [string, RegExp] => [
      `/settings/workflows/${workflowId}${part}`,
      /^A workflow/,
    ]),
    [`/spaces/${spaceKey}/settings/workflows`, 'Workflows'],
    ['/settings/deliveries', 'Deliveries'],
    ['/settings/deliveries?status=failed&since=2026-01-01', 'Deliveries'],
    ['/settings/deliveries?dialog=recover', 'Deliveries'],
    [`/spaces/${spaceKey}/settings/deliveries`, 'Deliveries'],
    ['/settings/users', 'Users'],
    ['/settings/groups', 'Groups'],
    ['/settings/audit', 'Audit'],
    ['/settings/system', 'System'],
    ['/nowhere', 'Not found'],
  ]
}

/** Goes to one of them and waits until everything on it has been read. */
export async function visit(page: Page, path: string, heading: string | RegExp): Promise<void> {
  await page.goto(path)
  await expect(page.getByRole('heading', { level: 1, name: heading }).first()).toBeVisible()
  if (path.includes('dialog=')) await expect(page.getByRole('dialog')).toBeVisible()
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
}
