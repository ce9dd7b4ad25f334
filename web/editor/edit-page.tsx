import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { meQuery } from '../api/access.ts'
import { editViewQuery } from '../api/publish.ts'
import { TextLink } from '../ui/link.tsx'
import { Loaded, RowsSkeleton } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { draftOn } from './draft.ts'
import { Editor } from './editor.tsx'

const route = getRouteApi('/signed-in/spaces/$key/documents/$id/edit')

/** The editor of a page that is there. */
export function EditPage() {
  const { key, id } = route.useParams()
  const { data: me } = useQuery(meQuery)
  const document = useQuery(editViewQuery(id))
  if (me == null) return null
  return (
    <Loaded query={document} skeleton={<RowsSkeleton rows={5} height={72} />}>
      {({ title, version, author, updatedAt, body }) => (
        <>
          <PageHeader
            title={`Edit ${title}`}
            above={
              <TextLink to="/spaces/$key/documents/$id" params={{ key, id }} size="sm">
                ‹ {title}
              </TextLink>
            }
            lead={
              <>
                Version {version}
                {author !== null && ` by ${author}`}
                {updatedAt !== null && (
                  <>
                    , <Moment time={updatedAt} />
                  </>
                )}
                . What you save is written to Confluence.
              </>
            }
          />
          <Editor
            key={id}
            userId={me.user.id}
            target={{ kind: 'edit', id, spaceKey: key, title }}
            start={draftOn({ version, title, format: 'markdown', text: body })}
          />
        </>
      )}
    </Loaded>
  )
}
