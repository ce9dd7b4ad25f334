import type { KeyboardEvent } from 'react'

/** The keys of the WAI-ARIA tree pattern that move between items; opening and closing is the item's own. */
export function moveFocus(event: KeyboardEvent, root: HTMLElement | null): void {
  if (root === null || event.ctrlKey || event.metaKey || event.altKey) return
  const items = [...root.querySelectorAll<HTMLElement>('[role=treeitem]')]
  const index = items.findIndex((item) => item === document.activeElement)
  if (index === -1) return
  const target = targetOf(event.key, items, index)
  if (target === undefined) return
  event.preventDefault()
  event.stopPropagation()
  target.focus()
}

function targetOf(key: string, items: HTMLElement[], index: number): HTMLElement | undefined {
  switch (key) {
    case 'ArrowDown':
      return items[index + 1]
    case 'ArrowUp':
      return items[index - 1]
    case 'Home':
      return items[0]
    case 'End':
      return items.at(-1)
    case 'ArrowRight':
      return levelOf(items[index + 1]) > levelOf(items[index]) ? items[index + 1] : undefined
    case 'ArrowLeft':
      return items.slice(0, index).findLast((item) => levelOf(item) < levelOf(items[index]))
    default:
      return key.length === 1 && key !== '/' ? startingWith(key, items, index) : undefined
  }
}

function levelOf(item: HTMLElement | undefined): number {
  return Number(item?.ariaLevel ?? 0)
}

/** The next item whose title begins with the typed letter, round the end. */
function startingWith(letter: string, items: HTMLElement[], index: number): HTMLElement | undefined {
  const following = [...items.slice(index + 1), ...items.slice(0, index)]
  return following.find((item) => item.textContent.trim().toLowerCase().startsWith(letter.toLowerCase()))
}
