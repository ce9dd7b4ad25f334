/** What was found in a definition. An error keeps it from being saved, a warning does not. */
export type Finding = { path: string; message: string; isWarning: boolean }

export function fault(path: string, message: string): Finding {
  return { path, message, isWarning: false }
}

export function warning(path: string, message: string): Finding {
  return { path, message, isWarning: true }
}

/** One for every item whose key came before. */
export function findTwice(items: readonly { path: string; key: string }[], say: (key: string) => string): Finding[] {
  const seen = new Set<string>()
  return items.flatMap(({ path, key }) => {
    if (seen.has(key)) return [fault(path, say(key))]
    seen.add(key)
    return []
  })
}
