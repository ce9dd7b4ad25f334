import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { IconGitMerge } from '@tabler/icons-react'
import { meQuery } from '../api/access.ts'
import { proposalQuery } from '../api/proposals.ts'
import { Face } from '../ui/faces.tsx'
import { ButtonLink, TextLink } from '../ui/link.tsx'
import { Loaded, RowsSkeleton } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { proposerOf } from '../proposals/words.ts'
import { Resolve } from './resolve.tsx'

const route = getRouteApi('/signed-in/spaces/$key/proposals/$id/resolve')

/** A proposed edit whose page was changed in the same places meanwhile: the approver chooses what is to stay. */
export function ResolvePage() {
  const { key, id } = route.useParams()
  const { reason = '' } = route.useSearch()
  const { data: me } = useQuery(meQuery)
  const proposal = useQuery(proposalQuery(id))
  const isOpen = proposal.data?.state === 'waiting' || proposal.data?.state === 'stale'
  if (me == null) return null
  return (
    <Loaded query={proposal} skeleton={<RowsSkeleton rows={3} height={120} />}>
      {(loaded) => (
        <>
          <PageHeader
            title="Resolve conflict"
            above={
              <TextLink to="/spaces/$key/proposals/$id" params={{ key, id }} size="sm">
                ‹ {loaded.title}
              </TextLink>
            }
            lead={
              <>
                Edit of “{loaded.title}” proposed by {proposerOf(loaded)}, <Moment time={loaded.proposedAt} />. What you
                choose is written to Confluence in your name.
              </>
            }
          />
          {isOpen ? (
            <Resolve key={id} userId={me.user.id} proposal={loaded} reason={reason.slice(0, 500)} />
          ) : (
            <Face
              icon={<IconGitMerge />}
              title="There is nothing to resolve any more"
              action={
                <ButtonLink to="/spaces/$key/proposals/$id" params={{ key, id }}>
                  Show the proposed edit
                </ButtonLink>
              }
            >
              Somebody has decided on this proposal.
            </Face>
          )}
        </>
      )}
    </Loaded>
  )
}
