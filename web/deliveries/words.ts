import type { DeliveryStatus, ReceiverState } from '#schema/delivery.ts'
import { formatSeconds, formatTime } from '../ui/format.ts'

export const statusLooks: Record<DeliveryStatus, { label: string; color: string }> = {
  queued: { label: 'Waiting', color: 'blue' },
  sent: { label: 'Sent', color: 'green' },
  failed: { label: 'Failed, will retry', color: 'orange' },
  dead: { label: 'Given up', color: 'red' },
}

/** "0.4 ms", "12 ms", "1.2 s". */
export function formatMs(ms: number): string {
  if (ms >= 10_000) return `${Math.round(ms / 1000)} s`
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`
  return ms >= 10 ? `${Math.round(ms)} ms` : `${Math.round(ms * 10) / 10} ms`
}

/** What is the matter with a receiver, if anything. */
export function stateWords({ state, until, failures, pauseMs }: ReceiverState): string | undefined {
  switch (state) {
    case 'open': {
      const wait = until === null ? '' : ` until ${formatTime(until)}`
      return `Nothing is sent${wait}: it failed ${failures} times in a row.`
    }
    case 'probing':
      return 'One attempt is finding out whether it is back.'
    case 'closed':
      return pauseMs > 0 ? `One attempt every ${formatPause(pauseMs)}.` : undefined
    default:
      return state satisfies never
  }
}

function formatPause(ms: number): string {
  return ms < 1000 ? `${ms} ms` : formatSeconds(ms / 1000)
}

/** Without the scheme: `https://crm.example:8443` as "crm.example:8443". */
export function hostOf(receiver: string): string {
  return URL.parse(receiver)?.host ?? receiver
}

/** JSON with line breaks; anything else as it is. */
export function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
