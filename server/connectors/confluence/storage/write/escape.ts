/** What XML 1.0 has no place for, even escaped; Confluence refuses a page with one of them. */
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g

/** Text as it stands between tags of storage format. */
export function escapeXml(text: string): string {
  const clean = allowed(text)
  if (!/[&<>\u00a0]/.test(clean)) return clean
  return clean.replace(/[&<>\u00a0]/g, (character) => ENTITIES[character] ?? character)
}

/** A value as it stands between the quotes of an attribute. */
export function escapeAttribute(value: string): string {
  return escapeXml(value)
    .replaceAll('"', '&quot;')
    .replace(/[\t\n\r]/g, ' ')
}

/** Text as a CDATA section; an end mark inside is split over two. */
export function cdata(text: string): string {
  return `<![CDATA[${inCdata(text)}]]>`
}

/** Text as it stands inside a CDATA section. */
export function inCdata(text: string): string {
  return allowed(text).replaceAll(']]>', ']]]]><![CDATA[>')
}

function allowed(text: string): string {
  return text.toWellFormed().replace(FORBIDDEN, '')
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\u00a0': '&nbsp;' }
