import { createRoute, z } from '@hono/zod-openapi'
import { CatalogEntry } from '#schema/integration.ts'
import type { App } from '#server/app.ts'
import { searchCatalog } from '#server/integrations/catalog.ts'
import { actorOf, json, openDoor, problems, type Door } from './door.ts'

const Catalog = z.object({ items: z.array(CatalogEntry), nextCursor: z.null() })

const tags = ['Integrations']

export function catalogDoors(_app: App): Door {
  const door = openDoor()
  const list = {
    method: 'get',
    path: '/catalog',
    tags,
    summary: 'List what can be connected, with the fields of its form',
    request: { query: z.strictObject({ q: z.string().max(100).optional() }) },
    responses: { ...problems, 200: json(Catalog, 'The connectors.') },
  } as const
  door.openapi(createRoute(list), (c) => {
    actorOf(c)
    return c.json({ items: searchCatalog(c.req.valid('query').q), nextCursor: null }, 200)
  })
  return door
}
