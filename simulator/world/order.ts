/** Where an item stands in an order: the sorted value, then the id to tell equal ones apart. */
export type Key = readonly [value: number | string, id: number]
export type Order<T> = { keyOf: (item: T) => Key; sorted: T[] }

export function orderOf<T>(items: Iterable<T>, keyOf: (item: T) => Key): Order<T> {
  const keyed = Array.from(items, (item) => ({ item, key: keyOf(item) }))
  keyed.sort((a, b) => compareKeys(a.key, b.key))
  return { keyOf, sorted: keyed.map(({ item }) => item) }
}

/** Must be called before the item's key changes: it is found by its key. */
export function takeOut<T>(order: Order<T>, item: T): void {
  const at = firstNotBefore(order, order.keyOf(item))
  if (order.sorted[at] === item) order.sorted.splice(at, 1)
}

export function putIn<T>(order: Order<T>, item: T): void {
  order.sorted.splice(firstNotBefore(order, order.keyOf(item)), 0, item)
}

export type Walk<T> = { after?: Key | undefined; descending: boolean; limit: number; keep: (item: T) => boolean }

/** The next `limit` items behind a key, and the key to go on from when there are more. */
export function walk<T>(order: Order<T>, { after, descending, limit, keep }: Walk<T>): { items: T[]; next?: Key } {
  const { sorted, keyOf } = order
  const items: T[] = []
  const step = descending ? -1 : 1
  for (let at = startOf(order, after, descending); at >= 0 && at < sorted.length; at += step) {
    const item = sorted[at]
    if (item === undefined || !keep(item)) continue
    const last = items.at(-1)
    if (items.length === limit) return last === undefined ? { items } : { items, next: keyOf(last) }
    items.push(item)
  }
  return { items }
}

function startOf<T>(order: Order<T>, after: Key | undefined, descending: boolean): number {
  if (after === undefined) return descending ? order.sorted.length - 1 : 0
  const at = firstNotBefore(order, after)
  if (descending) return at - 1
  const item = order.sorted[at]
  return item !== undefined && compareKeys(order.keyOf(item), after) === 0 ? at + 1 : at
}

function firstNotBefore<T>({ sorted, keyOf }: Order<T>, key: Key): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const item = sorted[middle]
    if (item !== undefined && compareKeys(keyOf(item), key) < 0) low = middle + 1
    else high = middle
  }
  return low
}

function compareKeys(a: Key, b: Key): number {
  if (a[0] < b[0]) return -1
  if (a[0] > b[0]) return 1
  return a[1] - b[1]
}
