import { Badge, NativeSelect, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { IconGitPullRequest } from '@tabler/icons-react'
import { type EditProposal, ProposalState } from '#schema/publish.ts'
import { itemsOf } from '../api/paged.ts'
import { proposalsQuery } from '../api/proposals.ts'
import { Face } from '../ui/faces.tsx'
import { TextLink } from '../ui/link.tsx'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { type Column, RecordTable } from '../ui/record-table.tsx'
import { ProposalsSearch } from './place.ts'
import { kindNames, proposerOf, stateNames } from './words.ts'

const route = getRouteApi('/signed-in/spaces/$key/proposals')

/** Edits of a space that API keys have proposed, for a person to decide. */
export function ProposalsPage() {
  const { key } = route.useParams()
  const { state } = route.useSearch()
  const navigate = route.useNavigate()
  const proposals = useInfiniteQuery(
    proposalsQuery(key, state === undefined ? 'open' : state === 'all' ? undefined : state),
  )
  return (
    <>
      <PageHeader
        title="Proposed edits"
        lead="Edits made with API keys that may only propose. Nothing is written before somebody approves it."
        actions={
          <NativeSelect
            aria-label="State"
            value={state ?? 'open'}
            onChange={(event) => {
              const next = event.currentTarget.value
              void navigate({ search: next === 'open' ? {} : ProposalsSearch.parse({ state: next }), replace: true })
            }}
            data={[
              { value: 'open', label: 'Open' },
              ...ProposalState.options.map((value) => ({ value, label: stateNames[value].name })),
              { value: 'all', label: 'All' },
            ]}
          />
        }
      />
      <Loaded query={proposals}>
        {({ pages }) => {
          const items = itemsOf(pages)
          if (items.length === 0) {
            return (
              <Face icon={<IconGitPullRequest />} title={state === undefined ? 'Nothing waits for a decision' : 'None'}>
                What an API key with the scope “Propose edits” writes appears here.
              </Face>
            )
          }
          return (
            <div>
              <RecordTable label="Proposed edits" rows={items} keyOf={({ id }) => id} empty="" columns={columns} />
              <LoadMore query={proposals} />
            </div>
          )
        }}
      </Loaded>
    </>
  )
}

const columns: Column<EditProposal>[] = [
  {
    head: 'Page',
    cell: ({ id, title, space, message }) => (
      <>
        <TextLink to="/spaces/$key/proposals/$id" params={{ key: space.key, id }} fw={600} c="inherit" size="sm">
          {title}
        </TextLink>
        {message !== '' && (
          <Text size="xs" c="dimmed" fw={400}>
            {message}
          </Text>
        )}
      </>
    ),
  },
  { head: 'What', cell: ({ kind }) => kindNames[kind] },
  { head: 'By', cell: (proposal) => proposerOf(proposal) },
  { head: 'Proposed', cell: ({ proposedAt }) => <Moment time={proposedAt} /> },
  {
    head: 'State',
    cell: ({ state }) => (
      <Badge variant="light" color={stateNames[state].color}>
        {stateNames[state].name}
      </Badge>
    ),
  },
]
