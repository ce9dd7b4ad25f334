/** Enough of an XML check to refuse what real sites refuse: tags that do not close in order. */
export function isBalanced(storage: string): boolean {
  const open: string[] = []
  for (const [, end, name, selfClosed] of storage
    .replaceAll(/<!\[CDATA\[[\s\S]*?\]\]>/g, '')
    .matchAll(/<(\/?)([a-zA-Z][\w:-]*)[^>]*?(\/?)>/g)) {
    if (selfClosed === '/') continue
    if (end !== '/') open.push(name ?? '')
    else if (open.pop() !== name) return false
  }
  return open.length === 0
}
