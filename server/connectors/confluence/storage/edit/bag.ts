/** How often each word stands in a text. */
export type Bag = Map<string, number>

export function bagOf(text: string): Bag {
  const bag: Bag = new Map()
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [text]) bag.set(word, (bag.get(word) ?? 0) + 1)
  return bag
}

/** Share of words in common: 1 for the same words, 0 for none. */
export function similarity(a: Bag, b: Bag): number {
  const total = sizeOf(a) + sizeOf(b)
  return total === 0 ? 1 : (2 * common(a, b)) / total
}

/** Which share of a text's words stands in another. */
export function shareIn(bag: Bag, other: Bag): number {
  const total = sizeOf(bag)
  return total === 0 ? 0 : common(bag, other) / total
}

export function takeFrom(bag: Bag, taken: Bag): void {
  for (const [word, count] of taken) bag.set(word, Math.max(0, (bag.get(word) ?? 0) - count))
}

function common(a: Bag, b: Bag): number {
  let sum = 0
  for (const [word, count] of b) sum += Math.min(count, a.get(word) ?? 0)
  return sum
}

function sizeOf(bag: Bag): number {
  let sum = 0
  for (const count of bag.values()) sum += count
  return sum
}
