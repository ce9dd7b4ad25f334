import { formatAgo, formatDate, formatTime } from './format.ts'

/** A moment, told relative to now; the exact time in its title. */
export function Moment({ time }: { time: string }) {
  return (
    <time dateTime={time} title={formatTime(time)}>
      {formatAgo(time)}
    </time>
  )
}

/** A moment of which only the day matters. */
export function Day({ time }: { time: string }) {
  return (
    <time dateTime={time} title={formatTime(time)}>
      {formatDate(time)}
    </time>
  )
}
