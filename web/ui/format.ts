const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const dateOnly = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })
const number = new Intl.NumberFormat()

const steps = [
  { unit: 'second', seconds: 1, below: 60 },
  { unit: 'minute', seconds: 60, below: 3600 },
  { unit: 'hour', seconds: 3600, below: 86_400 },
  { unit: 'day', seconds: 86_400, below: 2_592_000 },
] as const

export function formatTime(time: string): string {
  return dateTime.format(new Date(time))
}

export function formatDate(time: string): string {
  return dateOnly.format(new Date(time))
}

/** "3 minutes ago" within 30 days, else the date. */
export function formatAgo(time: string, now: number = Date.now()): string {
  const seconds = (new Date(time).getTime() - now) / 1000
  const step = steps.find(({ below }) => Math.abs(seconds) < below)
  return step === undefined ? formatDate(time) : relative.format(Math.round(seconds / step.seconds), step.unit)
}

export function formatNumber(value: number): string {
  return number.format(value)
}

/** "1 page", "2,000 pages". */
export function count(value: number, one: string, many: string = `${one}s`): string {
  return `${number.format(value)} ${value === 1 ? one : many}`
}

/** "45 s", "3 min", "1 h 20 min". */
export function formatSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 90) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  return `${number.format(Math.round((bytes / 1000 ** power) * 10) / 10)} ${units[power]}`
}

/** Whole days from now until a moment; negative once it has passed. */
export function daysUntil(time: string, now: number = Date.now()): number {
  return Math.floor((new Date(time).getTime() - now) / 86_400_000)
}
