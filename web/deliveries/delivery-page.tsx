import { Alert, Card, Code, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { DeliveryDetail } from '#schema/delivery.ts'
import { deliveryQuery } from '../api/deliveries.ts'
import { Facts } from '../ui/facts.tsx'
import { formatTime } from '../ui/format.ts'
import { TextLink } from '../ui/link.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Attempts } from './attempts.tsx'
import { DeliveryBadge } from './delivery-badge.tsx'
import { Message } from './message.tsx'
import { Replay } from './replay.tsx'
import { hostOf } from './words.ts'

const route = getRouteApi('/signed-in/settings/deliveries/$id')

/** One delivery: what it is, what was sent, and every attempt with what was answered. */
export function DeliveryPage() {
  const { id } = route.useParams()
  const delivery = useQuery(deliveryQuery(id))
  return (
    <Loaded query={delivery}>
      {(loaded) => (
        <>
          <PageHeader
            title={`Delivery to ${hostOf(loaded.receiver)}`}
            above={<Back space={loaded.space} />}
            actions={<Replay delivery={loaded} />}
          />
          <Stack gap="lg">
            <State delivery={loaded} />
            <Card component="section" withBorder radius="lg" padding="lg" aria-label="Facts">
              <Facts facts={factsOf(loaded)} />
            </Card>
            <Stack component="section" gap="sm" aria-label="Request">
              <Title order={2}>Request</Title>
              <Message
                label="Request"
                first={`${loaded.method} ${loaded.url}`}
                headers={loaded.headers}
                body={loaded.body}
              />
            </Stack>
            <Attempts log={loaded.log} />
          </Stack>
        </>
      )}
    </Loaded>
  )
}

/** To the list that has it. */
function Back({ space }: { space: string | null }) {
  if (space === null) {
    return (
      <TextLink to="/settings/deliveries" size="sm">
        ‹ Deliveries
      </TextLink>
    )
  }
  return (
    <TextLink to="/spaces/$key/settings/deliveries" params={{ key: space }} size="sm">
      ‹ Deliveries of {space}
    </TextLink>
  )
}

function State({ delivery: { status, code, detail, nextAt, waitsForReceiver } }: { delivery: DeliveryDetail }) {
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <output>
          <DeliveryBadge status={status} />
        </output>
        {waitsForReceiver ? (
          <Text size="sm">Waits until its receiver is back; this costs no attempt.</Text>
        ) : (
          nextAt !== null && (
            <Text size="sm">
              Next attempt <Moment time={nextAt} /> ({formatTime(nextAt)})
            </Text>
          )
        )}
      </Group>
      {status !== 'sent' && code !== null && (
        <Alert color={status === 'dead' ? 'red' : 'orange'} title={detail ?? code}>
          {detail !== null && <Code>{code}</Code>}
        </Alert>
      )}
    </Stack>
  )
}

function factsOf(delivery: DeliveryDetail): [string, ReactNode][] {
  const { id, workflow, actionId, document, space, credential, runAs, attempts, createdAt, finishedAt } = delivery
  return [
    ['Id', <Code key="id">{id}</Code>],
    ['Workflow', `${workflow.name}, action ${actionId}`],
    [
      'Page',
      document === null ? (
        '–'
      ) : space === null ? (
        document.title
      ) : (
        <TextLink key="page" to="/spaces/$key/documents/$id" params={{ key: space, id: document.id }} size="sm">
          {document.title}
        </TextLink>
      ),
    ],
    ['Credential', credential === null ? 'none' : (credential.name ?? 'deleted, or not visible to you')],
    ['In the name of', runAs === null ? 'nobody' : (runAs.name ?? 'somebody who is gone')],
    ['Attempts', String(attempts)],
    ['Made', formatTime(createdAt)],
    ['Finished', finishedAt === null ? 'not yet' : formatTime(finishedAt)],
  ]
}
