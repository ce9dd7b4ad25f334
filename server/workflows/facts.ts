/** What conditions and references may ask about an event and its page: plain values, loaded before anything is matched. */

export type PageFacts = {
  id: string
  externalId: string
  title: string
  type: string
  url: string | null
  version: number
  labels: string[]
  /** Name of who wrote this version; null when Confluence did not say. */
  author: string | null
  space: { id: string; key: string; name: string }
  /** The documents above it, nearest first, itself included at the front; empty when no definition asks for trees. */
  path: string[]
}

export type Facts = {
  event: { id: string; type: string; at: Date; depth: number }
  workflow: { id: string; name: string }
  /** Undefined for events that are about no page, and when it is gone altogether. */
  page: PageFacts | undefined
  /** Where the page stands in this workflow now; null: nowhere. */
  pageStatus: string | null
  /** title, body, parent, labels, status. */
  changed: string[]
  status: { from: string | null; to: string } | undefined
  transition: { name: string; comment: string | null } | undefined
  /** In whose name it runs. */
  user: { id: string; name: string; email: string } | undefined
  credential: { name: string; expiresAt: Date; daysLeft: number } | undefined
  sync: { integration: string; code: string } | undefined
}
