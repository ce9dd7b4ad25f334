import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { meQuery } from '../api/access.ts'
import { documentQuery, spaceQuery } from '../api/content.ts'
import { TextLink } from '../ui/link.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { draftOn } from './draft.ts'
import { Editor } from './editor.tsx'

const route = getRouteApi('/signed-in/spaces/$key/new')
const empty = draftOn({ version: 0, title: '', format: 'markdown', text: '' })

/** A new page, at the top of a space or below another page. */
export function NewPage() {
  const { key } = route.useParams()
  const { parent } = route.useSearch()
  const { data: me } = useQuery(meQuery)
  const space = useQuery(spaceQuery(key))
  const above = useQuery({ ...documentQuery(parent ?? '', 'html'), enabled: parent !== undefined })
  if (me == null) return null
  return (
    <Loaded query={space}>
      {({ name }) => (
        <>
          <PageHeader
            title="New page"
            above={
              parent === undefined ? (
                <TextLink to="/spaces/$key" params={{ key }} size="sm">
                  ‹ {name}
                </TextLink>
              ) : (
                <TextLink to="/spaces/$key/documents/$id" params={{ key, id: parent }} size="sm">
                  ‹ {above.data?.title ?? name}
                </TextLink>
              )
            }
            lead={
              parent === undefined
                ? `It comes to stand at the top of ${name}, in Confluence too.`
                : `It comes to stand below “${above.data?.title ?? '…'}”, in Confluence too.`
            }
          />
          <Editor
            key={`${key} ${parent ?? ''}`}
            userId={me.user.id}
            target={{ kind: 'new', spaceKey: key, parentId: parent ?? null }}
            start={empty}
          />
        </>
      )}
    </Loaded>
  )
}
