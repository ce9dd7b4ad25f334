import { Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Brake, BrakedDocument } from '#schema/sync-health.ts'
import { itemsOf } from '../api/paged.ts'
import { brakedDocumentsQuery, brakesQuery, decideBrake } from '../api/sync-health.ts'
import { Confirm } from '../ui/confirm.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { typeNameOf } from '../ui/document-types.ts'
import { count } from '../ui/format.ts'
import { LoadMore, Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { notifySuccess } from '../ui/notify.ts'
import { type Column, RecordTable } from '../ui/record-table.tsx'
import { brakeLooks, brakeNouns, humanise } from './state.ts'

/** What would go at once, and the decisions about it. */
export function Brakes({ integrationId }: { integrationId: string }) {
  const brakes = useInfiniteQuery(brakesQuery(integrationId))
  return (
    <section aria-labelledby="brakes">
      <Title order={2} id="brakes" mb="sm">
        Held back
      </Title>
      <Loaded query={brakes}>
        {({ pages }) => {
          const items = itemsOf(pages)
          if (items.length === 0) {
            return <Text c="dimmed">Nothing is held back: no space has lost much at once.</Text>
          }
          return (
            <Stack>
              {items.map((brake) => (
                <BrakeCard key={brake.id} brake={brake} />
              ))}
              <LoadMore query={brakes} />
            </Stack>
          )
        }}
      </Loaded>
    </section>
  )
}

function BrakeCard({ brake }: { brake: Brake }) {
  const [isOpen, setOpen] = useState(false)
  const { label, color } = brakeLooks[brake.state]
  return (
    <Card component="article" withBorder radius="lg" aria-label={`Held back in ${brake.space.name}`}>
      <Stack gap="sm">
        <Group justify="space-between" gap="sm">
          <Group gap="sm">
            <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
              {brake.space.name}
            </Text>
            <Badge color={color} variant="light">
              {label}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed">
            <Moment time={brake.at} />
          </Text>
        </Group>
        <Text size="sm">{whatOf(brake)}</Text>
        {brake.decidedBy !== null && brake.decidedAt !== null && (
          <Text size="sm" c="dimmed">
            Decided by {brake.decidedBy.name}, <Moment time={brake.decidedAt} />
          </Text>
        )}
        <Disclosure label={`The ${count(brake.gone, brakeNouns[brake.reason])}`} open={isOpen} onToggle={setOpen}>
          {isOpen && <HeldBack brake={brake} />}
        </Disclosure>
        {brake.state === 'waiting' && (
          <Group>
            <Decision brake={brake} how="confirm" />
            <Decision brake={brake} how="reject" />
          </Group>
        )}
      </Stack>
    </Card>
  )
}

function Decision({ brake, how }: { brake: Brake; how: 'confirm' | 'reject' }) {
  const [opened, { open, close }] = useDisclosure()
  const queryClient = useQueryClient()
  const decide = useMutation({
    mutationFn: () => decideBrake(brake, how),
    onSuccess: () => notifySuccess(how === 'confirm' ? 'A run lets them go now' : 'They stay'),
    onSettled: () => {
      close()
      return queryClient.invalidateQueries({ queryKey: ['integrations'] })
    },
  })
  const isConfirm = how === 'confirm'
  const what = count(brake.gone, brakeNouns[brake.reason])
  const verb = isOfPages(brake) ? 'Remove' : 'Hide'
  return (
    <>
      <Button {...(isConfirm ? { color: 'red.9' } : { variant: 'default' })} onClick={open}>
        {isConfirm ? 'Confirm' : 'Reject'}
      </Button>
      <Confirm
        title={isConfirm ? `${verb} ${what}?` : `Keep ${what}?`}
        opened={opened}
        onClose={close}
        onConfirm={() => decide.mutate()}
        confirmLabel={isConfirm ? `${verb} ${what}` : `Keep ${what}`}
        {...(isConfirm ? {} : { color: 'water' })}
        busy={decide.isPending}
      >
        {isConfirm
          ? confirmText(brake)
          : `They stay readable in ${brake.space.name}, and you are not asked again for the same ones.`}
      </Confirm>
    </>
  )
}

/** Whether it is about what hangs on pages. */
function isOfPages({ reason }: Brake): boolean {
  return reason !== 'vanished' && reason !== 'lost-access'
}

function confirmText(brake: Brake): string {
  const { reason, space } = brake
  if (isOfPages(brake))
    return `They leave their pages in ${space.name} and every search, and what is stored of them is deleted. Those that are back in Confluence by then stay.`
  const kept =
    reason === 'vanished'
      ? 'They can be restored until they are purged, as long as Confluence has them.'
      : 'They are not purged, and come back when the key sees the space again.'
  return `They leave every list and search of ${space.name}; those that are back in Confluence by then stay. ${kept}`
}

function whatOf({ reason, gone, all, space }: Brake): string {
  return reason === 'lost-access'
    ? `The API key no longer sees ${space.key} with its ${count(gone, 'document')}.`
    : `${gone} of the ${count(all, brakeNouns[reason])} of ${space.key} are missing in Confluence.`
}

function HeldBack({ brake }: { brake: Brake }) {
  const documents = useInfiniteQuery(brakedDocumentsQuery(brake.id))
  return (
    <Loaded query={documents}>
      {({ pages }) => (
        <>
          <RecordTable
            label={`${humanise(brakeNouns[brake.reason])}s held back in ${brake.space.name}`}
            rows={itemsOf(pages)}
            keyOf={({ id }) => id}
            empty="They are purged."
            columns={columnsOf(brake)}
          />
          <LoadMore query={documents} />
        </>
      )}
    </Loaded>
  )
}

function columnsOf(brake: Brake): Column<BrakedDocument>[] {
  const isFile = brake.reason === 'attachments'
  return [
    { head: isOfPages(brake) ? (isFile ? 'Name' : 'Author') : 'Title', cell: ({ title }) => title },
    isOfPages(brake)
      ? { head: 'Page', cell: ({ page }) => page?.title ?? '–' }
      : { head: 'Kind', cell: ({ type }) => typeNameOf(type) },
    { head: 'Last edit', cell: ({ updatedAt }) => (updatedAt === null ? '–' : <Moment time={updatedAt} />) },
  ]
}
