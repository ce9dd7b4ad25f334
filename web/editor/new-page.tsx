import { SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { meQuery } from '../api/access.ts'
import { documentQuery, spaceQuery } from '../api/content.ts'
import { typeNames } from '../ui/document-types.ts'
import { TextLink } from '../ui/link.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { draftOn } from './draft.ts'
import { Editor } from './editor.tsx'
import { NewType } from './new-type.ts'

const route = getRouteApi('/signed-in/spaces/$key/new')
const empty = draftOn({ version: 0, title: '', format: 'markdown', text: '' })

/** A new page, at the top of a space or below another page; or a new blog post, which stands below nothing. */
export function NewPage() {
  const { key } = route.useParams()
  const { parent, type: chosen = 'page' } = route.useSearch()
  const navigate = route.useNavigate()
  const { data: me } = useQuery(meQuery)
  const space = useQuery(spaceQuery(key))
  const above = useQuery({ ...documentQuery(parent ?? '', 'html'), enabled: parent !== undefined })
  if (me == null) return null
  const type = parent === undefined ? chosen : 'page'
  return (
    <Loaded query={space}>
      {({ name }) => (
        <>
          <PageHeader
            title={`New ${typeNames[type].toLowerCase()}`}
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
            lead={placeOf(type, name, parent === undefined ? undefined : (above.data?.title ?? '…'))}
          />
          {parent === undefined && (
            <SegmentedControl
              mb="md"
              aria-label="Kind"
              value={type}
              data={NewType.options.map((value) => ({ value, label: typeNames[value] }))}
              onChange={(value) =>
                void navigate({
                  search: (previous) => ({ ...previous, type: value === 'page' ? undefined : value }),
                  replace: true,
                })
              }
            />
          )}
          <Editor
            key={`${key} ${parent ?? ''}`}
            userId={me.user.id}
            target={{ kind: 'new', type, spaceKey: key, parentId: parent ?? null }}
            start={empty}
          />
        </>
      )}
    </Loaded>
  )
}

function placeOf(type: NewType, space: string, parent: string | undefined): string {
  if (type === 'blogpost') return `It comes to stand in the blog of ${space}, in Confluence too.`
  return parent === undefined
    ? `It comes to stand at the top of ${space}, in Confluence too.`
    : `It comes to stand below “${parent}”, in Confluence too.`
}
