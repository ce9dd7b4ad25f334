import type { ApiKeyScope } from '#schema/access.ts'

/** What an API key may do, in words. */
export const scopeNames: Record<ApiKeyScope, string> = {
  read: 'Read',
  propose: 'Propose edits',
  write: 'Write',
}
