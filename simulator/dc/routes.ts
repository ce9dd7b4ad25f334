import type { Route } from '../route-table.ts'
import { dcRoute, type DcHandler } from './call.ts'
import { getContent, getHistory, listChildPages, listContent, listSpaceContent, scanContent } from './content.ts'
import { currentUser, serverInformation } from './people.ts'
import { search, searchContent } from './search.ts'
import type { Dc } from './settings.ts'
import { getSpace, listPermissions, listSpaces } from './spaces.ts'

/** Below the context path: REST v1 alone, as the vendor's document of Data Center 10.0.3 has it. */
export function dcRoutes(dc: Dc): Route[] {
  const api = (method: string, path: string, handle: DcHandler, since?: string) =>
    dcRoute(dc, method, `/rest/api${path}`, handle, since)
  return [
    api('GET', '/server-information', serverInformation, '8.0'),
    api('GET', '/user/current', currentUser),
    api('GET', '/space', listSpaces),
    api('GET', '/space/{spaceKey}', getSpace),
    api('GET', '/space/{spaceKey}/permissions', listPermissions, '9.1'),
    api('GET', '/space/{spaceKey}/content/{type}', listSpaceContent),
    api('GET', '/content/scan', scanContent, '7.18'),
    api('GET', '/content/search', searchContent),
    api('GET', '/search', search),
    api('GET', '/content', listContent),
    api('GET', '/content/{id}', getContent),
    api('GET', '/content/{id}/history', getHistory),
    api('GET', '/content/{id}/child/page', listChildPages),
  ]
}
