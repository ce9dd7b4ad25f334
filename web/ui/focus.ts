/** A stable `ref` that puts the cursor into a page's first field when it appears. */
export function focusOnMount(element: HTMLElement | null): void {
  element?.focus()
}
