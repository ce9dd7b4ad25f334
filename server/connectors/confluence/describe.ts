/** What the catalogue shows of Confluence, and the form that connects it: the web draws its wizard from this. */
import type { CatalogEntry } from '#schema/integration.ts'

export const describeConfluence: CatalogEntry = {
  id: 'confluence',
  name: 'Confluence',
  description:
    'Documentation and knowledge articles from Atlassian Confluence: retrieved, kept in step, searched and managed.',
  capabilities: [
    {
      id: 'content-management',
      name: 'Content management',
      description: 'Pages, blog posts and folders are imported, kept in step and made searchable.',
    },
  ],
  fields: [
    {
      name: 'settings.username',
      label: 'Username',
      help: 'The e-mail address of the Atlassian account that the API key belongs to.',
      kind: 'text',
      required: true,
      placeholder: 'name@example.com',
    },
    {
      name: 'secret.apiKey',
      label: 'API key',
      help: 'Made at id.atlassian.com under Security → API tokens. Stored sealed; never shown again.',
      kind: 'secret',
      required: true,
    },
    {
      name: 'settings.url',
      label: 'Confluence domain',
      help: 'The address you see in the browser, such as your-site.atlassian.net.',
      kind: 'text',
      required: true,
      placeholder: 'your-site.atlassian.net',
    },
    {
      name: 'apiKeyExpiresAt',
      label: 'API key expires',
      help: 'The date shown when the key was made.',
      kind: 'date',
      required: false,
    },
    {
      name: 'settings.deployment',
      label: 'Deployment',
      help: 'Where this Confluence runs.',
      kind: 'choice',
      required: true,
      choices: [{ value: 'cloud', label: 'Cloud' }],
    },
    {
      name: 'settings.spaces',
      label: 'Spaces',
      help: 'All spaces the key can see, or only those with these keys.',
      kind: 'spaces',
      required: true,
    },
  ],
}
