import { unreadable } from './cql.ts'

const units = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, M: 2_592_000_000, y: 31_536_000_000 } as const

/** The moment that a CQL date names, in ms: `2026-03-01`, `2026/03/01 10:30`, `now("-2d")`, `now()`. */
export function cqlDate(text: string, zone: string, now: number): number {
  const relative = /^now\(\s*(?:["']?([+-]?)(\d+)([mhdwMy])["']?)?\s*\)$/.exec(text)
  if (relative !== null) return now + shift(relative[1], relative[2], relative[3])
  const parts = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::\d{2})?)?$/.exec(text)
  if (parts === null) throw unreadable(`the date "${text}" is not readable`)
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = parts.slice(1).map((part) => Number(part ?? 0))
  const wall = Date.UTC(year, month - 1, day, hour, minute)
  const at = wall - offsetMs(wall, zone)
  const better = wall - offsetMs(at, zone)
  // A wall time inside the hour that a clock change leaves out names no moment: real sites refuse it.
  if (better + offsetMs(better, zone) !== wall) throw unreadable("field 'updated' is invalid")
  return better
}

function shift(sign = '', amount = '0', unit = 'm'): number {
  const known = (['m', 'h', 'd', 'w', 'M', 'y'] as const).find((one) => one === unit) ?? 'm'
  return (sign === '-' ? -1 : 1) * Number(amount) * units[known]
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** How far a zone's clocks are ahead of UTC at a moment, ms. */
export function offsetMs(at: number, zone: string): number {
  if (zone === 'UTC') return 0
  const parts = new Map(
    formatOf(zone)
      .formatToParts(at)
      .map((part) => [part.type, Number(part.value)]),
  )
  const of = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0
  return (
    Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) -
    Math.floor(at / 1000) * 1000
  )
}

// Kept: making one takes longer than a hundred uses.
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(zone, format)
  return format
}
