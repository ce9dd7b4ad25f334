/** What is around the text that is escaped: more characters mean something inside a link or a table cell. */
export type Surroundings = {
  /** At the start of a line, where "#", "1." and the like would open a block. */
  lineStart: boolean
  inLink: boolean
  inTable: boolean
  /** A link follows: an exclamation mark before it would make it an image. */
  beforeLink: boolean
}

/**
 * The next character that may need care, by itself or as the start of an address; always one character long. Searching
 * with it is twice as fast as a loop over the characters.
 */
const SPECIAL = /[\\`*_[\]<~&|!]|h(?=ttps?:\/\/)|w(?=ww\.)/gi

const URL_START = /(?:https?:\/\/|www\.)[^\s<>]+/iy
const ENTITY = /&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});/y
const BLOCK_START = /^(?:#{1,6}(?=\s|$)|[>|=]|[-+](?=[\s|:=-]|$)|:(?=-)|\d{1,9}(?=[.)](?:\s|$)))/

/** Text as Markdown that reads back as the same text. */
export function escapeText(value: string, around: Surroundings): string {
  let out = ''
  let from = 0
  let index = 0
  if (around.lineStart && !isLetter(value.charCodeAt(0))) {
    const opener = BLOCK_START.exec(value)?.[0]
    if (opener !== undefined) {
      const digits = /^\d/.test(opener)
      out = digits ? `${opener}\\` : '\\'
      from = digits ? opener.length : 0
      index = digits ? opener.length + 1 : 1
    }
  }
  for (index = nextSpecial(value, index); index >= 0; index = nextSpecial(value, index + 1)) {
    const code = value.charCodeAt(index)
    const address = isAddressStart(code) ? readAddress(value, index, around) : undefined
    if (address !== undefined) {
      out += value.slice(from, index) + address.markdown
      index += address.length - 1
      from = index + 1
    } else if (needsEscape(code, value, index, around)) {
      out += `${value.slice(from, index)}\\`
      from = index
    }
  }
  return out === '' ? value : out + value.slice(from)
}

/** True where `escapeText` surely leaves a text as it is, whatever is around it. */
export function isPlain(value: string, lineStart: boolean): boolean {
  return (!lineStart || isLetter(value.charCodeAt(0))) && nextSpecial(value, 0) < 0
}

function nextSpecial(value: string, from: number): number {
  SPECIAL.lastIndex = from
  return SPECIAL.test(value) ? SPECIAL.lastIndex - 1 : -1
}

/** An address as a link's target: parentheses, spaces and line breaks may not end it. */
export function escapeTarget(url: string, inTable: boolean): string {
  if (url !== '' && !/[\s&|\\()<>]/.test(url)) return url
  let target = url.replace(/[\n\r]/g, '')
  if (target.includes('&')) target = target.replace(/&(?=#?\w+;)/g, '&amp;')
  if (inTable && target.includes('|')) target = target.replaceAll('|', '%7C')
  if (target.includes('\\')) target = target.replaceAll('\\', '%5C')
  if (!/[\s()<>]/.test(target) && target !== '') return target
  return `<${target.replace(/[<>]/g, (character) => (character === '<' ? '%3C' : '%3E'))}>`
}

function isAddressStart(code: number): boolean {
  return code === 104 || code === 72 || code === 119 || code === 87 // h H w W
}

/**
 * GitHub's Markdown links bare addresses, and inside them a backslash is no escape. One without special characters
 * stands as it is, others stand in angle brackets or, where a link cannot be, lose their power to be one.
 */
function readAddress(value: string, index: number, around: Surroundings): Address | undefined {
  if (isLetter(value.charCodeAt(index - 1))) return undefined
  URL_START.lastIndex = index
  const whole = URL_START.exec(value)?.[0]
  if (whole === undefined) return undefined
  if (!around.inLink && !/[\\`*_[\]~&|]/.test(whole)) return { markdown: whole, length: whole.length }
  const scheme = /^(?:https?(?=:)|www)/i.exec(whole)?.[0] ?? ''
  const address = whole.slice(0, endOfAddress(whole))
  const impossible = around.inLink || scheme.length === 3 || (around.inTable && address.includes('|'))
  if (impossible || hasControl(address)) {
    return { markdown: `${scheme}\\`, length: scheme.length }
  }
  return { markdown: `<${address}>`, length: address.length }
}

/** What ends an address in angle brackets, or is read as an escape there. */
function hasControl(address: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return /[\\`\x00-\x20\x7f]/.test(address)
}

/** What a sentence puts after an address is not part of it. */
function endOfAddress(address: string): number {
  let end = address.length
  while (end > 0 && '.,;:!?\'")]*_~|'.includes(address.charAt(end - 1))) end--
  return end
}

type Address = { markdown: string; length: number }

function needsEscape(code: number, value: string, index: number, around: Surroundings): boolean {
  switch (code) {
    case 95: // _ between letters is only a letter
      return !(isWord(value.charCodeAt(index - 1)) && isWord(value.charCodeAt(index + 1)))
    case 38: // & where an entity would be read
      ENTITY.lastIndex = index
      return ENTITY.test(value)
    case 124: // |
      return around.inTable
    case 93: // ]
      return around.inLink
    case 33: // !
      return value.charCodeAt(index + 1) === 91 || (around.beforeLink && index === value.length - 1)
    case 104:
    case 72:
    case 119:
    case 87:
      return false
    default:
      return true
  }
}

/** True for letters and digits of ASCII. */
export function isWord(code: number): boolean {
  return (code >= 48 && code <= 57) || isLetter(code)
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
}
