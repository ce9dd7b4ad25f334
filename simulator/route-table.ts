import type { Handler } from './call.ts'

export type Route = { method: string; pattern: string; scopes: readonly string[]; handle: Handler }
export type RouteTable = Map<string, { route: Route; segments: string[] }[]>
export type Found = { route: Route; params: Record<string, string> }

/** Routes by method and number of segments; where several fit, the first in the list wins. */
export function routeTable(routes: readonly Route[]): RouteTable {
  const table: RouteTable = new Map()
  for (const route of routes) {
    const segments = route.pattern.split('/')
    const shelf = `${route.method} ${segments.length}`
    table.set(shelf, [...(table.get(shelf) ?? []), { route, segments }])
  }
  return table
}

export function findRoute(table: RouteTable, method: string, path: string): Found | undefined {
  const given = path.split('/')
  for (const { route, segments } of table.get(`${method} ${given.length}`) ?? []) {
    const params = matchSegments(segments, given)
    if (params !== undefined) return { route, params }
  }
  return undefined
}

function matchSegments(segments: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {}
  for (const [at, segment] of segments.entries()) {
    const text = given[at] ?? ''
    if (segment.startsWith('{')) params[segment.slice(1, -1)] = decoded(text)
    else if (segment !== text) return undefined
  }
  return params
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
