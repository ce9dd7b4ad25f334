/** A file's words for search. What it is is told by its content; its name only says what is odd about that. */
import { markupText } from './markup.ts'
import { officeKind, officeText } from './office.ts'
import { extracted, none, TEXT_CHARACTERS, Unreadable, type TextOutcome } from './outcome.ts'
import { pdfText } from './pdf.ts'
import { openZip, type Zip } from './zip.ts'

type Kind = 'pdf' | 'zip' | 'ole' | 'html' | 'svg' | 'text' | 'other'

const HEAD_BYTES = 1024
/** More than four bytes of a file for each character that is found of it are not looked at. */
const TEXT_BYTES = TEXT_CHARACTERS * 8

/** Never throws for what a file holds: broken, encrypted and hostile ones are outcomes with a reason. */
export async function readFileText(bytes: Buffer, name: string): Promise<TextOutcome> {
  try {
    return noteOddity(await readKind(bytes, kindOf(bytes)), name, kindOf(bytes))
  } catch (error) {
    if (error instanceof Unreadable) return { state: 'failed', text: '', detail: error.message }
    return { state: 'failed', text: '', detail: 'The file is broken and could not be read.' }
  }
}

async function readKind(bytes: Buffer, kind: Kind): Promise<TextOutcome> {
  switch (kind) {
    case 'pdf': {
      const outcome = extracted(await pdfText(new Uint8Array(bytes)))
      return outcome.text === '' ? none('The PDF has no text; its pages may be pictures.') : outcome
    }
    case 'zip':
      return readArchive(openZip(bytes))
    case 'ole':
      return none('An old or encrypted Office document; only the newer, open formats are read.')
    case 'html':
    case 'svg':
      return extracted(markupText(decode(bytes)))
    case 'text':
      return extracted(decode(bytes.subarray(0, TEXT_BYTES)))
    case 'other':
      return none()
    default:
      return kind satisfies never
  }
}

function readArchive(zip: Zip): TextOutcome {
  const office = officeKind(zip)
  if (office === undefined) return none('An archive; what is inside is not read.')
  if (office === 'odf' && (zip.read('META-INF/manifest.xml')?.includes('encryption-data') ?? false))
    throw new Unreadable('It is protected by a password.')
  return extracted(officeText(zip, office))
}

function kindOf(bytes: Buffer): Kind {
  const head = bytes.subarray(0, HEAD_BYTES)
  const start = head.toString('latin1')
  if (bytes.length === 0) return 'other'
  if (start.includes('%PDF-')) return 'pdf'
  if (start.startsWith('PK\x03\x04') || start.startsWith('PK\x05\x06')) return 'zip'
  if (start.startsWith('\xd0\xcf\x11\xe0')) return 'ole'
  if (!isText(bytes)) return 'other'
  const text = decode(head).replace(/^(?:\s|<\?xml[^>]*>|<!--[^]*?-->|<!doctype svg[^>]*>)*/i, '')
  if (/^<(?:!doctype html|html|head|body)\b/i.test(text)) return 'html'
  return /^<svg\b/i.test(text) ? 'svg' : 'text'
}

/** Control characters are in no text but line ends, tabs, form feeds and escapes; UTF-16 has a mark at its start. */
function isText(bytes: Buffer): boolean {
  if (isUtf16(bytes)) return true
  const some = bytes.subarray(0, 65_536)
  let odd = 0
  for (const byte of some) {
    if (byte === 0) return false
    if (byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte)) odd += 1
  }
  return odd * 200 <= some.length
}

function isUtf16(bytes: Buffer): boolean {
  return bytes.length >= 2 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
}

/** By its mark; else UTF-8, and what is no UTF-8 as Windows-1252. A character that was cut through at the end is left out. */
function decode(bytes: Buffer): string {
  if (isUtf16(bytes)) return new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

const NAMED: Readonly<Record<string, Kind>> = {
  pdf: 'pdf',
  docx: 'zip',
  xlsx: 'zip',
  pptx: 'zip',
  odt: 'zip',
  ods: 'zip',
  odp: 'zip',
}
const SPOKEN: Readonly<Record<Kind, string>> = {
  pdf: 'a PDF',
  zip: 'an archive',
  ole: 'an old or encrypted Office document',
  html: 'a web page',
  svg: 'a drawing',
  text: 'plain text',
  other: 'something else',
}

function noteOddity(outcome: TextOutcome, name: string, kind: Kind): TextOutcome {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  const named = NAMED[ending]
  // An Office document with a password is of the other kind by right.
  if (named === undefined || named === kind || kind === 'ole') return outcome
  return { ...outcome, detail: `Its name ends in .${ending}, but it is ${SPOKEN[kind]}. ${outcome.detail}`.trim() }
}
