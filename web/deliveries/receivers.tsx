import { Badge, Stack, Text, Title } from '@mantine/core'
import type { DeliveryFigures, ReceiverState } from '#schema/delivery.ts'
import { formatNumber } from '../ui/format.ts'
import { TextLink } from '../ui/link.tsx'
import { type Column, RecordTable } from '../ui/record-table.tsx'
import { hostOf, stateWords } from './words.ts'

/** Receivers that do not answer as they should, or for which something waits. Nothing while all is well. */
export function Receivers({ figures: { receivers } }: { figures: DeliveryFigures }) {
  if (receivers.length === 0) return null
  return (
    <Stack component="section" gap="sm" aria-label="Receivers">
      <Title order={2}>Receivers</Title>
      <RecordTable label="Receivers" rows={receivers} keyOf={({ receiver }) => receiver} empty="" columns={columns} />
    </Stack>
  )
}

function lookOf({ state, pauseMs }: ReceiverState): { label: string; color: string } {
  if (state === 'open') return { label: 'Paused', color: 'red' }
  if (state === 'probing') return { label: 'Being tried', color: 'orange' }
  return pauseMs > 0 ? { label: 'Slowed down', color: 'yellow' } : { label: 'Answers', color: 'green' }
}

const columns: Column<ReceiverState>[] = [
  { head: 'Receiver', cell: ({ receiver }) => <strong title={receiver}>{hostOf(receiver)}</strong> },
  { head: 'State', cell: (state) => <State state={state} /> },
  { head: 'Waiting', cell: ({ receiver, waiting }) => <Figure value={waiting} receiver={receiver} status="failed" /> },
  { head: 'Given up', cell: ({ receiver, dead }) => <Figure value={dead} receiver={receiver} status="dead" /> },
]

function State({ state }: { state: ReceiverState }) {
  const { label, color } = lookOf(state)
  const words = stateWords(state)
  return (
    <div>
      <Badge color={color} variant="light">
        {label}
      </Badge>
      {words !== undefined && (
        <Text size="xs" mt={4}>
          {words}
        </Text>
      )}
    </div>
  )
}

type FigureProps = { value: number; receiver: string; status: 'failed' | 'dead' }

/** Leads to the deliveries that it counts; what waits has mostly failed before. */
function Figure({ value, receiver, status }: FigureProps) {
  if (value === 0) return '0'
  return (
    <TextLink
      to="."
      search={{ status, receiver }}
      resetScroll={false}
      size="sm"
      aria-label={`${formatNumber(value)} ${status === 'dead' ? 'given up' : 'waiting'} for ${hostOf(receiver)}`}
    >
      {formatNumber(value)}
    </TextLink>
  )
}
