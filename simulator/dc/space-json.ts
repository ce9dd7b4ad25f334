import { titleOf } from '../world/nodes.ts'
import type { Space } from '../world/site.ts'
import { serverTime, type DcCall } from './call.ts'
import { has } from './listing.ts'
import { personJson } from './people-json.ts'

const nothing: ReadonlySet<string> = new Set()

export function spaceJson(call: DcCall, space: Space, expand = nothing) {
  const { homepage } = space
  const home = homepage === undefined ? '' : `/rest/api/content/${homepage.id}`
  const parts: Record<string, unknown> = {
    description: { plain: { value: space.description, representation: 'plain', webresource: {} } },
    homepage:
      homepage === undefined
        ? undefined
        : { id: String(homepage.id), type: 'page', status: homepage.status, title: titleOf(call.site, homepage) },
    icon: { path: `${call.dc.contextPath}/images/logo/default-space-logo.svg`, width: 48, height: 48, isDefault: true },
    metadata: { labels: { results: [], start: 0, limit: 200, size: 0 } },
  }
  const expandable = { metadata: '', icon: '', description: '', retentionPolicy: '', homepage: home, permissions: '' }
  return {
    id: space.id,
    key: space.key,
    name: space.name,
    status: space.status,
    type: space.type,
    ...(has(expand, 'history')
      ? { creator: personJson(call, space.owner), creationDate: serverTime(call.dc, space.createdAt) }
      : {}),
    ...Object.fromEntries(Object.entries(parts).filter(([name]) => has(expand, name))),
    _links: { webui: `/display/${space.key}`, self: `${call.base}/rest/api/space/${space.key}` },
    _expandable: Object.fromEntries(Object.entries(expandable).filter(([name]) => !has(expand, name))),
  }
}
