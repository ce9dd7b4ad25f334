/** A stable `ref` that puts the cursor into a page's first field when it appears. */
export function focusOnMount(element: HTMLElement | null): void {
  element?.focus()
}

/** Focuses an element as soon as it is on the page and shown: a tab or a dialog takes a few frames to open. */
export function focusWhenShown(find: () => HTMLElement | null | undefined, frames = 30): void {
  const element = find()
  if (element?.checkVisibility() === true) element.focus()
  else if (frames > 0) requestAnimationFrame(() => focusWhenShown(find, frames - 1))
}

/** A stable `ref` that scrolls what has just appeared into sight, such as a refusal below the fold of a dialog. */
export function showOnMount(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' })
}
