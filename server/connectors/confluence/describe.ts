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
      help: 'On Cloud: the e-mail address of the Atlassian account that the API key belongs to. On Data Center: the account’s user name where the key is its password; empty for a personal access token.',
      kind: 'text',
      required: false,
      placeholder: 'name@example.com',
    },
    {
      name: 'secret.apiKey',
      label: 'API key',
      help: 'On Cloud: made at id.atlassian.com under Security → API tokens. On Data Center: a personal access token, made under your picture → Settings, or a password. Stored sealed; never shown again.',
      kind: 'secret',
      required: true,
    },
    {
      name: 'settings.url',
      label: 'Confluence domain',
      help: 'The address you see in the browser: your-site.atlassian.net, or https://wiki.example.com/confluence.',
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
      choices: [
        { value: 'cloud', label: 'Cloud' },
        { value: 'data-center', label: 'Data Center' },
      ],
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
