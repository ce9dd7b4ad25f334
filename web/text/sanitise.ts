import DOMPurify from 'dompurify'

const tags =
  'h1 h2 h3 h4 h5 h6 p div span blockquote pre code hr br figure figcaption ul ol li dl dt dd table thead tbody tr th td ' +
  'colgroup col caption a img strong em del u sub sup time details summary input'

const attributes =
  'class id href rel src alt title width datetime start colspan rowspan scope type checked disabled role aria-label tabindex'

/** Safe nodes of a document's HTML. Pictures become links: they lie behind Confluence's sign-in, not here. */
export function sanitise(html: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(html, {
    ALLOWED_TAGS: tags.split(' '),
    ALLOWED_ATTR: attributes.split(' '),
    ALLOW_DATA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  })
  for (const box of fragment.querySelectorAll('input')) {
    if (box.type === 'checkbox') box.disabled = true
    else box.remove()
  }
  for (const image of fragment.querySelectorAll('img')) image.replaceWith(pictureLink(image))
  return fragment
}

function pictureLink(image: HTMLImageElement): HTMLElement {
  const isInLink = image.closest('a') !== null
  const link = document.createElement(isInLink ? 'span' : 'a')
  link.className = 'lk-picture'
  link.textContent = image.alt === '' ? 'Picture' : image.alt
  if (link instanceof HTMLAnchorElement) {
    link.href = image.src
    link.rel = 'noopener noreferrer nofollow'
  }
  return link
}
