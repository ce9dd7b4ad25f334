export type DurationUnit = 'hours' | 'days' | 'weeks' | 'months' | 'years'
export type PlainDuration = { amount: number; unit: DurationUnit }

const designators: Record<DurationUnit, string> = { hours: 'H', days: 'D', weeks: 'W', months: 'M', years: 'Y' }
export const durationUnits: readonly DurationUnit[] = ['hours', 'days', 'weeks', 'months', 'years']

/** P90D → 90 days; undefined for a duration of several parts, or none. */
export function readDuration(iso: string): PlainDuration | undefined {
  const match = /^P(?:(\d+)([DWMY])|T(\d+)(H))$/.exec(iso)
  if (match === null) return undefined
  const letter = match[2] ?? match[4]
  const unit = durationUnits.find((one) => designators[one] === letter)
  return unit === undefined ? undefined : { amount: Number(match[1] ?? match[3]), unit }
}

export function writeDuration({ amount, unit }: PlainDuration): string {
  return `P${unit === 'hours' ? 'T' : ''}${amount}${designators[unit]}`
}

/** "90 days", "1 year and 2 months"; undefined when it is no duration. */
export function durationWords(iso: string): string | undefined {
  const match = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(iso)
  if (match === null || /[PT]$/.test(iso)) return undefined
  const units = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second']
  const parts = units.flatMap((unit, at) => {
    const amount = match[at + 1]
    return amount === undefined ? [] : [`${amount} ${unit}${amount === '1' ? '' : 's'}`]
  })
  return new Intl.ListFormat('en').format(parts)
}
