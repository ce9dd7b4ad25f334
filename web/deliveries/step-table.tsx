import { Text } from '@mantine/core'
import type { DeliveryFigures } from '#schema/delivery.ts'
import { formatNumber } from '../ui/format.ts'
import { type Column, RecordTable } from '../ui/record-table.tsx'
import classes from './deliveries.module.css'
import { formatMs } from './words.ts'

type Step = DeliveryFigures['steps'][number]

/** What the charts draw, as a table; steps without an attempt are left out. */
export function StepTable({ figures: { steps, stepSeconds } }: { figures: DeliveryFigures }) {
  const columns: Column<Step>[] = [
    { head: 'From', cell: ({ at }) => stepLabel(at, stepSeconds) },
    { head: 'Sent', cell: ({ sent }) => formatNumber(sent) },
    { head: 'Failed', cell: ({ failed }) => formatNumber(failed) },
    { head: 'Median time', cell: ({ medianMs }) => (medianMs === null ? '–' : formatMs(medianMs)) },
  ]
  return (
    <div className={classes.steps}>
      <Text size="sm" c="dimmed" mb="xs">
        Each line is {stepSeconds / 60} minutes; those without an attempt are left out.
      </Text>
      <RecordTable
        label="Attempts over time"
        rows={steps.filter(({ sent, failed }) => sent + failed > 0)}
        keyOf={({ at }) => at}
        columns={columns}
        empty="None."
      />
    </div>
  )
}

const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const dayAndTime = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
})

/** The beginning of a step: its time, with the day where steps are long. */
export function stepLabel(at: string, stepSeconds: number): string {
  return (stepSeconds >= 3600 ? dayAndTime : time).format(new Date(at))
}
