/** Time as a resource, so that tests can lend their own. */
export type Clock = { now(): Date }

export const systemClock: Clock = { now: () => new Date() }
