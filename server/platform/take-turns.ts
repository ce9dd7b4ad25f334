/** One after another, in the order they came, within this process. */
export type Turns = { take<T>(work: () => Promise<T>): Promise<T | undefined> }

/** `take` answers undefined, without having begun, when so many already wait. A work that fails lets the next one in too. */
export function takeTurns(mostWaiting: number): Turns {
  let last: Promise<unknown> = Promise.resolve()
  let present = 0
  return {
    async take(work) {
      if (present > mostWaiting) return undefined
      present += 1
      const before = last
      const { promise: over, resolve: leave } = Promise.withResolvers<void>()
      last = over
      await before
      try {
        return await work()
      } finally {
        present -= 1
        leave()
      }
    },
  }
}
