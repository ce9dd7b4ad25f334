/** A parsed tag: attributes are flat (name, value, name, value), because most tags have none or two. */
export type Element = {
  name: string
  attributes: readonly string[]
  children: readonly Child[]
}
export type Child = Element | string

/** The value of an attribute, or undefined where the tag has none of that name. */
export function attribute(element: Element, name: string): string | undefined {
  const { attributes } = element
  for (let i = 0; i < attributes.length; i += 2) if (attributes[i] === name) return attributes[i + 1]
  return undefined
}

/** The first child tag of that name. */
export function childNamed(element: Element, name: string): Element | undefined {
  for (const child of element.children) if (typeof child !== 'string' && child.name === name) return child
  return undefined
}

/** All child tags, without the text between them. */
export function childElements(element: Element): Element[] {
  const found: Element[] = []
  for (const child of element.children) if (typeof child !== 'string') found.push(child)
  return found
}

/** The first tag of that name at any depth, in document order. */
export function descendantNamed(element: Element, name: string): Element | undefined {
  for (const child of element.children) {
    if (typeof child === 'string') continue
    const found = child.name === name ? child : descendantNamed(child, name)
    if (found) return found
  }
  return undefined
}

/** Every character below the tag as it was written, white space included: for code. A line break tag is a new line. */
export function textContent(element: Element): string {
  const { children } = element
  const only = children[0]
  if (children.length === 1 && typeof only === 'string') return only
  let text = ''
  for (const child of children) {
    if (typeof child === 'string') text += child
    else text += child.name === 'br' ? '\n' : textContent(child)
  }
  return text
}
