import { Group, Text } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import {
  IconArrowsSplit2,
  IconChartBar,
  IconFilePlus,
  IconFileText,
  IconLockPassword,
  IconUsers,
} from '@tabler/icons-react'
import type { Document } from '#schema/document.ts'
import { meQuery } from '../api/access.ts'
import { childrenQuery, spaceQuery } from '../api/content.ts'
import { scopesQuery } from '../api/credentials.ts'
import { itemsOf } from '../api/paged.ts'
import { Face } from '../ui/faces.tsx'
import { count } from '../ui/format.ts'
import { ButtonLink, TextLink } from '../ui/link.tsx'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { EditSpace } from './edit-space.tsx'
import { ProposalsLink } from './proposals-link.tsx'
import { type Column, RecordTable } from '../ui/record-table.tsx'
import { typeNames } from '../ui/document-types.ts'

const route = getRouteApi('/signed-in/spaces/$key/')

/** A space's front page: what stands at its top. */
export function SpaceHome() {
  const { key } = route.useParams()
  const { data: me } = useQuery(meQuery)
  const { data: space } = useQuery(spaceQuery(key))
  const top = useInfiniteQuery(childrenQuery(key, 'none'))
  const isAdmin = me?.user.role === 'admin'
  const canManage = isAdmin || space?.role === 'admin'
  const { data: scopes = [] } = useQuery({ ...scopesQuery, enabled: space !== undefined && !canManage })
  if (space === undefined) return null
  const mayWrite = space.integrationId !== null && !space.archived && (canManage || space.role === 'editor')
  const hasCredentials =
    canManage || scopes.some(({ scope, credentials }) => scope === `space:${key}` && credentials > 0)
  return (
    <>
      <PageHeader
        title={space.name}
        lead={count(space.documents, 'document')}
        actions={
          <Group gap="xs">
            {mayWrite && (
              <ButtonLink to="/spaces/$key/new" params={{ key }} leftSection={<IconFilePlus size={16} aria-hidden />}>
                New page
              </ButtonLink>
            )}
            <ButtonLink to="/search" search={{ space: key }} variant="default">
              Search this space
            </ButtonLink>
            <ButtonLink
              to="/spaces/$key/report"
              params={{ key }}
              variant="default"
              leftSection={<IconChartBar size={16} aria-hidden />}
            >
              Report
            </ButtonLink>
            {mayWrite && <ProposalsLink spaceKey={key} />}
            {canManage && <EditSpace space={space} isAdmin={isAdmin} />}
            {canManage && (
              <ButtonLink
                to="/spaces/$key/members"
                params={{ key }}
                variant="default"
                leftSection={<IconUsers size={16} aria-hidden />}
              >
                Members
              </ButtonLink>
            )}
            {hasCredentials && (
              <ButtonLink
                to="/spaces/$key/settings/credentials"
                params={{ key }}
                variant="default"
                leftSection={<IconLockPassword size={16} aria-hidden />}
              >
                Credentials
              </ButtonLink>
            )}
            {canManage && (
              <ButtonLink
                to="/spaces/$key/settings/workflows"
                params={{ key }}
                variant="default"
                leftSection={<IconArrowsSplit2 size={16} aria-hidden />}
              >
                Workflows
              </ButtonLink>
            )}
          </Group>
        }
      />
      <Loaded query={top}>
        {({ pages }) => {
          const documents = itemsOf(pages)
          if (documents.length === 0) {
            return (
              <Face icon={<IconFileText />} title="Nothing in this space yet">
                Its pages appear here once they have been imported.
              </Face>
            )
          }
          return (
            <>
              <RecordTable
                label="Top of the space"
                rows={documents}
                keyOf={({ id }) => id}
                empty=""
                columns={columnsIn(key)}
              />
              <LoadMore query={top} />
            </>
          )
        }}
      </Loaded>
      {space.archived && (
        <Text c="dimmed" mt="md">
          This space is archived: it is kept for reading.
        </Text>
      )}
    </>
  )
}

function columnsIn(key: string): Column<Document>[] {
  return [
    {
      head: 'Title',
      cell: ({ id, title }) => (
        <TextLink to="/spaces/$key/documents/$id" params={{ key, id }} fw={600} c="inherit">
          {title}
        </TextLink>
      ),
    },
    { head: 'Kind', cell: ({ type }) => <span style={{ whiteSpace: 'nowrap' }}>{typeNames[type]}</span> },
    { head: 'Updated', cell: ({ updatedAt }) => (updatedAt === null ? '–' : <Moment time={updatedAt} />) },
  ]
}
