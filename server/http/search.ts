import { createRoute } from '@hono/zod-openapi'
import { SearchQuery, SearchResult } from '#schema/document.ts'
import type { App } from '#server/app.ts'
import { searchDocuments } from '#server/content/search.ts'
import { actorOf, json, openDoor, problem, problems, type Door } from './door.ts'

const tags = ['Search']

export function searchDoors(app: App): Door {
  const door = openDoor()

  const search = {
    method: 'get',
    path: '/search',
    tags,
    summary: 'Find documents by their words',
    request: { query: SearchQuery },
  } as const
  const answers = {
    ...problems,
    200: json(SearchResult, 'Best first. Words, "phrases", -without, or; `excerpt` is escaped HTML with `<mark>`.'),
    503: problem('The search took too long.'),
  }
  door.openapi(createRoute({ ...search, responses: answers }), async (c) =>
    c.json(SearchResult.parse(await searchDocuments(app, actorOf(c), c.req.valid('query'))), 200),
  )
  return door
}
