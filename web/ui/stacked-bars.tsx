import { BarChart } from '@mantine/charts'
import '@mantine/core/styles/ColorSwatch.layer.css'
import '@mantine/charts/styles.layer.css'

type StackedBarsProps = {
  data: Record<string, string | number | null>[]
  /** The key of what stands below each bar. */
  dataKey: string
  series: { name: string; color: string }[]
}

/**
 * Counts over time. A drawing alone: to screen readers and the keyboard it is nothing, so the same must stand beside it as
 * text. Loaded lazily, for charts are a large library.
 */
export default function StackedBars({ data, dataKey, series }: StackedBarsProps) {
  return (
    <BarChart
      aria-hidden
      h={220}
      data={data}
      dataKey={dataKey}
      type="stacked"
      withLegend
      legendProps={{ verticalAlign: 'bottom' }}
      barChartProps={{ accessibilityLayer: false }}
      series={series}
      xAxisProps={{ minTickGap: 24 }}
      yAxisProps={{ allowDecimals: false, width: 40 }}
    />
  )
}
