import { LineChart } from '@mantine/charts'
import '@mantine/core/styles/ColorSwatch.layer.css'
import '@mantine/charts/styles.layer.css'
import type { DeliveryFigures } from '#schema/delivery.ts'
import StackedBars from '../ui/stacked-bars.tsx'
import classes from './deliveries.module.css'
import { stepLabel } from './step-table.tsx'

/** Attempts and their median time as drawings. The figures are also a table: to screen readers and the keyboard these are nothing. */
export default function Charts({ figures: { steps, stepSeconds } }: { figures: DeliveryFigures }) {
  const data = steps.map(({ at, sent, failed, medianMs }) => ({
    at: stepLabel(at, stepSeconds),
    Sent: sent,
    Failed: failed,
    'Median time': medianMs,
  }))
  return (
    <div className={classes.charts} aria-hidden>
      <figure>
        <figcaption>Attempts</figcaption>
        <StackedBars
          data={data}
          dataKey="at"
          series={[
            { name: 'Sent', color: 'teal.6' },
            { name: 'Failed', color: 'red.6' },
          ]}
        />
      </figure>
      <figure>
        <figcaption>Median time of those sent</figcaption>
        <LineChart
          h={220}
          data={data}
          dataKey="at"
          xAxisProps={{ minTickGap: 24 }}
          withLegend
          legendProps={{ verticalAlign: 'bottom' }}
          lineChartProps={{ accessibilityLayer: false }}
          series={[{ name: 'Median time', color: 'water.5' }]}
          curveType="linear"
          connectNulls={false}
          unit=" ms"
          yAxisProps={{ width: 64 }}
        />
      </figure>
    </div>
  )
}
