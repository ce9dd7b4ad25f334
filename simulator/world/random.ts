/** Mixes up to four integers into 32 well-spread bits: the same numbers always give the same value. */
export function mix(a: number, b: number, c = 0, d = 0): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 15) ^ b, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 13) ^ c, 0x27d4eb2f)
  h = Math.imul(h ^ (h >>> 16) ^ d, 0x165667b1)
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b)
  return (h ^ (h >>> 13)) >>> 0
}

/** A seeded source of numbers in [0, 1). */
export type Random = () => number

export function randomFrom(seed: number): Random {
  let step = 0
  return () => mix(seed, (step += 1)) / 2 ** 32
}

export function pick<T>(list: readonly T[], random: number): T {
  const found = list[Math.floor(random * list.length) % list.length]
  if (found === undefined) throw new Error('Nothing to pick from: the list is empty')
  return found
}

/** A UUID-shaped text that depends on its numbers alone. */
export function seededUuid(a: number, b: number, c = 0): string {
  const hex = [1, 2, 3, 4].map((part) => mix(a, b, c, part).toString(16).padStart(8, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
