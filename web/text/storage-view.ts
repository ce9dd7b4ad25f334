/**
 * Storage format as HTML that shows roughly how it reads: enough to tell two texts apart while one edits them. Macros
 * appear by their name. It must pass `sanitise` before it is shown.
 */
export function storageToHtml(storage: string): string {
  const page = new DOMParser().parseFromString(withoutCdata(storage), 'text/html')
  for (const element of [...page.body.querySelectorAll('*')].toReversed()) {
    if (element.localName.includes(':')) element.replaceWith(...standIn(element, page))
  }
  return page.body.innerHTML
}

/** HTML knows no CDATA and no empty `<ri:page/>`: what follows would end up in them. */
function withoutCdata(storage: string): string {
  return storage
    .replaceAll(/<!\[CDATA\[([\s\S]*?)\]\]>/g, (_whole, text: string) => escape(text))
    .replaceAll(/<([a-z]+:[\w-]+)([^<>]*)\/>/gi, '<$1$2></$1>')
}

/** Called from the innermost element outwards, so that an element's children are plain HTML by then. */
function standIn(element: Element, page: Document): Node[] {
  const name = element.localName
  if (name === 'ac:parameter' || name === 'ac:placeholder' || name === 'ac:adf-attribute') return []
  if (name === 'ac:structured-macro' || name === 'ac:adf-extension') return [macroBox(element, page)]
  if (name === 'ac:plain-text-body') return [withText('pre', element.textContent ?? '', page)]
  if (name === 'ac:image') return [chip(element.getAttribute('ac:alt') ?? 'Picture', 'lk-picture', page)]
  if (name === 'ac:task-status') return [page.createTextNode(element.textContent?.trim() === 'complete' ? '☑ ' : '☐ ')]
  if (name === 'ac:task-id' || name === 'ac:task-uuid') return []
  if (name === 'ac:task') return [inside('li', element, page)]
  if (name === 'ac:task-list') return [inside('ul', element, page)]
  if (name === 'ac:emoticon') return [page.createTextNode(element.getAttribute('ac:emoji-fallback') ?? '🙂')]
  if (name === 'ri:user') return [chip('@person', 'lk-mention', page)]
  if (name === 'ri:page') return [page.createTextNode(element.getAttribute('ri:content-title') ?? '')]
  if (name === 'ri:attachment') return [page.createTextNode(element.getAttribute('ri:filename') ?? '')]
  if (name === 'ac:link') return [linkWords(element, page)]
  return [...element.childNodes]
}

function macroBox(element: Element, page: Document): Element {
  const box = page.createElement('div')
  box.className = 'lk-macro'
  const name = withText('p', element.getAttribute('ac:name') ?? 'macro', page)
  name.className = 'lk-macro-name'
  box.append(name, ...element.childNodes)
  return box
}

/** What a link says, else what it leads to. */
function linkWords(element: Element, page: Document): Element {
  const words = element.textContent?.trim() ?? ''
  return withText('u', words === '' ? 'link' : words, page)
}

function inside(name: string, element: Element, page: Document): Element {
  const made = page.createElement(name)
  made.append(...element.childNodes)
  return made
}

function chip(text: string, className: string, page: Document): Element {
  const made = withText('span', text, page)
  made.className = className
  return made
}

function withText(name: string, text: string, page: Document): Element {
  const made = page.createElement(name)
  made.textContent = text
  return made
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
