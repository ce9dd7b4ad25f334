import { Anchor, Card, Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { IconFileSearch, IconZoomQuestion } from '@tabler/icons-react'
import { Fragment } from 'react'
import type { Document, SearchHit, SearchResult } from '#schema/document.ts'
import type { MatchedIn } from '#schema/document-parts.ts'
import { searchQuery } from '../api/content.ts'
import { itemsOf } from '../api/paged.ts'
import { typeNames } from '../ui/document-types.ts'
import { Face } from '../ui/faces.tsx'
import { count, formatNumber } from '../ui/format.ts'
import { TextLink } from '../ui/link.tsx'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Excerpt } from './excerpt.tsx'
import { Filters } from './filters.tsx'
import { toSearchFilters } from './address.ts'

const route = getRouteApi('/signed-in/search')

/** Search over every space that the person may read. The address holds the whole question. */
export function SearchPage() {
  const search = route.useSearch()
  const filters = toSearchFilters(search)
  return (
    <>
      <PageHeader title={filters.q === '' ? 'Search' : `Search for “${filters.q}”`} />
      <Filters />
      {filters.q === '' ? (
        <Face icon={<IconFileSearch />} title="What are you looking for?">
          Type it above, or press <kbd>/</kbd> on any page. “Quotes” find a phrase, -word leaves a word out.
        </Face>
      ) : (
        <Hits />
      )}
    </>
  )
}

function Hits() {
  const filters = toSearchFilters(route.useSearch())
  const hits = useInfiniteQuery(searchQuery(filters))
  return (
    <Loaded query={hits}>
      {({ pages }) => {
        const [first] = pages
        const items = itemsOf(pages)
        return (
          <Stack aria-busy={hits.isPlaceholderData}>
            {first !== undefined && <Summary result={first} />}
            {items.length === 0 ? (
              <Face icon={<IconZoomQuestion />} title="Nothing found">
                Try fewer or other words, or fewer filters. Only spaces that you may read are searched.
              </Face>
            ) : (
              <Stack component="ol" gap="sm" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Results">
                {items.map((hit, index) => (
                  <Fragment key={hit.document.id}>
                    {hit.partial && items[index - 1]?.partial !== true && <PartialNote isAll={index === 0} />}
                    <Hit hit={hit} />
                  </Fragment>
                ))}
              </Stack>
            )}
            <LoadMore query={hits} />
          </Stack>
        )
      }}
    </Loaded>
  )
}

function Summary({ result: { total, totalIsCapped, suggestion } }: { result: SearchResult }) {
  const navigate = route.useNavigate()
  return (
    <div>
      <Text c="dimmed" component="output">
        {totalIsCapped ? `More than ${formatNumber(total)} results` : count(total, 'result')}
      </Text>
      {suggestion !== null && (
        <Text mt={4}>
          Did you mean{' '}
          <Anchor
            component="button"
            type="button"
            fw={600}
            underline="always"
            onClick={() => void navigate({ search: (previous) => ({ ...previous, q: suggestion }) })}
          >
            {suggestion}
          </Anchor>
          ?
        </Text>
      )}
    </div>
  )
}

/** Stands before the hits that lack some of the words. */
function PartialNote({ isAll }: { isAll: boolean }) {
  return (
    <Text component="li" size="sm" c="dimmed" mt="xs">
      {isAll ? 'No document has all these words. These have most of them:' : 'With most of the words:'}
    </Text>
  )
}

function Hit({ hit: { document, excerpt, matchedIn } }: { hit: SearchHit }) {
  return (
    <Card component="li" withBorder radius="lg" padding="md">
      <TextLink
        to="/spaces/$key/documents/$id"
        params={{ key: document.space.key, id: document.id }}
        fw={650}
        style={{ overflowWrap: 'anywhere' }}
      >
        {document.title}
      </TextLink>
      <Text size="sm" my={4} style={{ overflowWrap: 'anywhere' }}>
        <Excerpt html={excerpt} />
      </Text>
      {matchedIn !== null && <FoundIn document={document} part={matchedIn} />}
      <Text size="xs" c="dimmed">
        {document.space.name} · {typeNames[document.type]}
        {document.updatedAt !== null && (
          <>
            {' '}
            · updated <Moment time={document.updatedAt} />
          </>
        )}
        {document.labels.length > 0 && ` · ${document.labels.join(', ')}`}
      </Text>
    </Card>
  )
}

/** The excerpt is of what hangs on the document: says of what, with the way there. A comment goes by who wrote it. */
function FoundIn({ document: { id, space }, part: { kind, name } }: { document: Document; part: MatchedIn }) {
  const what = kind === 'attachment' ? `the attachment “${name}”` : `a comment${name === '' ? '' : ` by ${name}`}`
  return (
    <Text size="xs" mb={4} style={{ overflowWrap: 'anywhere' }}>
      In{' '}
      <TextLink
        to="/spaces/$key/documents/$id"
        params={{ key: space.key, id }}
        search={{ tab: kind === 'attachment' ? 'attachments' : 'comments' }}
        inherit
        underline="always"
      >
        {what}
      </TextLink>
    </Text>
  )
}
