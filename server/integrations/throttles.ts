/** One throttle for each integration in this process, so that a sync, files and people together keep its manners. */
import { openThrottle, type Pace, type Throttle } from '#server/connectors/confluence/throttle.ts'

/** By integration. A process that did not delete the integration itself keeps a few numbers of it until it ends. */
const throttles = new Map<string, { base: string; throttle: Throttle }>()

/** The integration's throttle, at this pace from now on; a new one where its requests go somewhere else. */
export function throttleOf(integrationId: string, base: string, pace: Pace): Throttle {
  const known = throttles.get(integrationId)
  if (known?.base === base) {
    known.throttle.change(pace)
    return known.throttle
  }
  const throttle = openThrottle(pace)
  throttles.set(integrationId, { base, throttle })
  return throttle
}

/** Of an integration that is deleted. */
export function forgetThrottle(integrationId: string): void {
  throttles.delete(integrationId)
}
