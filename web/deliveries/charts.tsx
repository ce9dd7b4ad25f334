import { BarChart, LineChart } from '@mantine/charts'
import '@mantine/core/styles/ColorSwatch.layer.css'
import '@mantine/charts/styles.layer.css'
import type { DeliveryFigures } from '#schema/delivery.ts'
import classes from './deliveries.module.css'
import { stepLabel } from './step-table.tsx'

// The figures are also a table: to screen readers and the keyboard the drawings are nothing.
const still = { accessibilityLayer: false } as const

/** Attempts and their median time as drawings. */
export default function Charts({ figures: { steps, stepSeconds } }: { figures: DeliveryFigures }) {
  const data = steps.map(({ at, sent, failed, medianMs }) => ({
    at: stepLabel(at, stepSeconds),
    Sent: sent,
    Failed: failed,
    'Median time': medianMs,
  }))
  const common = { h: 220, data, dataKey: 'at', xAxisProps: { minTickGap: 24 } } as const
  return (
    <div className={classes.charts} aria-hidden>
      <figure>
        <figcaption>Attempts</figcaption>
        <BarChart
          {...common}
          type="stacked"
          withLegend
          legendProps={{ verticalAlign: 'bottom' }}
          barChartProps={still}
          series={[
            { name: 'Sent', color: 'teal.6' },
            { name: 'Failed', color: 'red.6' },
          ]}
          yAxisProps={{ allowDecimals: false, width: 40 }}
        />
      </figure>
      <figure>
        <figcaption>Median time of those sent</figcaption>
        <LineChart
          {...common}
          withLegend
          legendProps={{ verticalAlign: 'bottom' }}
          lineChartProps={still}
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
