import { Alert, Badge, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { EditProposal } from '#schema/publish.ts'
import { proposalQuery } from '../api/proposals.ts'
import { DiffView } from '../text/diff-view.tsx'
import { TextLink } from '../ui/link.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Decide } from './decide.tsx'
import { kindNames, proposerOf, stateNames } from './words.ts'

const route = getRouteApi('/signed-in/spaces/$key/proposals/$id')

/** One proposed edit: what it would change, and the decision about it. */
export function ProposalPage() {
  const { key, id } = route.useParams()
  const proposal = useQuery(proposalQuery(id))
  return (
    <Loaded query={proposal}>
      {(loaded) => (
        <>
          <PageHeader
            title={loaded.title}
            above={
              <TextLink to="/spaces/$key/proposals" params={{ key }} size="sm">
                ‹ Proposed edits
              </TextLink>
            }
            lead={<Lead proposal={loaded} />}
            actions={(loaded.state === 'waiting' || loaded.state === 'stale') && <Decide proposal={loaded} />}
          />
          <Stack gap="md">
            {loaded.message !== '' && <Text>“{loaded.message}”</Text>}
            <Decision proposal={loaded} />
            {loaded.diff !== null && <DiffView diff={loaded.diff} unchanged="It changes nothing any more." />}
          </Stack>
        </>
      )}
    </Loaded>
  )
}

function Lead({ proposal }: { proposal: EditProposal }) {
  const { kind, state, document, space, proposedAt } = proposal
  return (
    <Group component="span" gap="xs">
      <Badge variant="light" color={stateNames[state].color}>
        {stateNames[state].name}
      </Badge>
      <Text span size="sm">
        {kindNames[kind]} proposed by {proposerOf(proposal)}, <Moment time={proposedAt} />
      </Text>
      {document !== null && (
        <TextLink to="/spaces/$key/documents/$id" params={{ key: space.key, id: document.id }} size="sm">
          Open the page
        </TextLink>
      )}
    </Group>
  )
}

function Decision({ proposal }: { proposal: EditProposal }) {
  const { kind, state, decidedBy, decidedAt, reason, resolved } = proposal
  if (state === 'waiting') {
    return kind === 'trash' ? (
      <Alert color="orange" title="The page would go to the trash of Confluence">
        With its attachments and comments. It can be restored there.
      </Alert>
    ) : null
  }
  if (state === 'stale') {
    return kind === 'edit' ? (
      <Alert color="orange" title="The page has changed in the same places since">
        It cannot be published as it is. Resolve the conflict by choosing what is to stay, or reject it.
      </Alert>
    ) : (
      <Alert color="orange" title="The page has changed since">
        It is not thrown away as it is now. Reject it, or have it proposed again.
      </Alert>
    )
  }
  return (
    <Alert color={stateNames[state].color} title={stateNames[state].name}>
      {decidedBy?.name ?? 'Somebody'}
      {decidedAt !== null && (
        <>
          , <Moment time={decidedAt} />
        </>
      )}
      {reason !== '' && `: ${reason}`}
      <PublishedVersion proposal={proposal} />
      {resolved && (
        <Text size="sm">
          The page had changed in the same places. Published is what was chosen there, not all of what was proposed.
        </Text>
      )}
    </Alert>
  )
}

function PublishedVersion({ proposal: { document, space, publishedVersion } }: { proposal: EditProposal }) {
  if (document === null || publishedVersion === null) return null
  return (
    <Text size="sm">
      <TextLink
        to="/spaces/$key/documents/$id"
        params={{ key: space.key, id: document.id }}
        search={{ tab: 'versions', ...(publishedVersion > 1 && { version: publishedVersion }) }}
      >
        Version {publishedVersion} of the page
      </TextLink>
    </Text>
  )
}
