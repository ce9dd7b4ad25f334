import { Badge, Card, Group, SimpleGrid, Skeleton, Text, TextInput, ThemeIcon } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { IconBooks, IconBook2, IconSearch } from '@tabler/icons-react'
import type { Space } from '#schema/access.ts'
import { meQuery } from '../api/access.ts'
import { spacesQuery } from '../api/content.ts'
import { itemsOf } from '../api/paged.ts'
import { Face } from '../ui/faces.tsx'
import { count } from '../ui/format.ts'
import { ButtonLink, TextLink } from '../ui/link.tsx'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { AddSpace } from './add-space.tsx'
import classes from './space-list.module.css'

const route = getRouteApi('/signed-in/spaces')

/** All spaces that the person may read. */
export function SpaceList() {
  const { filter = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const { data: me } = useQuery(meQuery)
  const spaces = useInfiniteQuery(spacesQuery)
  const isAdmin = me?.user.role === 'admin'
  return (
    <>
      <PageHeader title="Spaces" lead="Everything you may read, space by space." actions={isAdmin && <AddSpace />} />
      <Loaded query={spaces} skeleton={<CardsSkeleton />}>
        {({ pages }) => {
          const all = itemsOf(pages)
          if (all.length === 0) return <NoSpaces isAdmin={isAdmin} />
          const shown = all.filter((space) => matches(space, filter))
          return (
            <>
              {all.length > 6 && (
                <TextInput
                  type="search"
                  aria-label="Filter spaces"
                  placeholder="Filter by name or key"
                  leftSection={<IconSearch size={16} aria-hidden />}
                  mb="md"
                  maw={360}
                  value={filter}
                  onChange={(event) => void navigate({ search: { filter: event.currentTarget.value }, replace: true })}
                />
              )}
              {shown.length === 0 && <Text c="dimmed">No space is called “{filter}”.</Text>}
              <SimpleGrid component="ul" cols={{ base: 1, xs: 2, md: 3 }} p={0} m={0} aria-label="Spaces">
                {shown.map((space) => (
                  <SpaceCard key={space.id} space={space} />
                ))}
              </SimpleGrid>
              <LoadMore query={spaces} />
            </>
          )
        }}
      </Loaded>
    </>
  )
}

function SpaceCard({ space }: { space: Space }) {
  return (
    <Card component="li" withBorder radius="lg" className={classes.card}>
      <Group wrap="nowrap" align="flex-start">
        <ThemeIcon size={40} radius="md" variant="light" color={space.archived ? 'gray' : 'water'} aria-hidden>
          <IconBook2 size={22} stroke={1.7} />
        </ThemeIcon>
        <div style={{ minWidth: 0 }}>
          <TextLink to="/spaces/$key" params={{ key: space.key }} className={classes.cover} fw={650} c="inherit">
            {space.name}
          </TextLink>
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {space.key} · {count(space.documents, 'document')}
          </Text>
          <Group gap={6} mt={6}>
            {space.archived && (
              <Badge color="gray" variant="light">
                Archived
              </Badge>
            )}
            {space.kind === 'personal' && (
              <Badge color="gray" variant="light">
                Personal
              </Badge>
            )}
          </Group>
        </div>
      </Group>
    </Card>
  )
}

function NoSpaces({ isAdmin }: { isAdmin: boolean }) {
  if (!isAdmin) {
    return (
      <Face icon={<IconBooks />} title="No space is open to you yet">
        Ask a platform admin, or the admin of a space, to make you a member of it.
      </Face>
    )
  }
  return (
    <Face
      icon={<IconBooks />}
      title="No spaces yet"
      action={<ButtonLink to="/settings/integrations/new">Connect Confluence</ButtonLink>}
    >
      Connect your Confluence and its spaces appear here by themselves.
    </Face>
  )
}

function CardsSkeleton() {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
      {Array.from({ length: 6 }, (_, card) => (
        <Skeleton key={card} height={84} radius="lg" />
      ))}
    </SimpleGrid>
  )
}

function matches({ key, name }: Space, filter: string): boolean {
  const wanted = filter.trim().toLowerCase()
  return name.toLowerCase().includes(wanted) || key.toLowerCase().includes(wanted)
}
