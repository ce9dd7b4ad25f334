/** Files of kinds that people attach, made by hand: whole, broken and hostile ones. */
import { once } from 'node:events'
import { buffer as readAll } from 'node:stream/consumers'
import { crc32, createDeflate, deflateRawSync } from 'node:zlib'

export type ZipFile = {
  name: string
  content: string | Buffer
  /** What it says of its unpacked size. */ claims?: number
}

/** A ZIP archive (APPNOTE.TXT 4.3), deflated. */
export function makeZip(files: readonly ZipFile[]): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, content, claims } of files) {
    const bytes = Buffer.from(content)
    const packed = deflateRawSync(bytes, { level: 9 })
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(claims ?? bytes.length, 18)
    common.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), common, Buffer.from(name), packed])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from([0x50, 0x4b, 1, 2, 20, 0]), common, rest, Buffer.from(name)]))
    locals.push(local)
    offset += local.length
  }
  const size = directory.reduce((sum, entry) => sum + entry.length, 0)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, ...directory, end])
}

export function makeDocx(...paragraphs: string[]): Buffer {
  const body = paragraphs.map((text) => `<w:p><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`).join('')
  const document = `<?xml version="1.0"?><w:document xmlns:w="w"><w:body>${body}</w:body></w:document>`
  return makeZip([
    { name: '[Content_Types].xml', content: '<Types/>' },
    { name: 'word/document.xml', content: document },
  ])
}

/** The first cell of a row holds a shared text, the second a number. */
export function makeXlsx(sheet: string, rows: readonly (readonly [string, number])[]): Buffer {
  const shared = rows.map(([text]) => `<si><t>${text}</t></si>`).join('')
  const cells = rows.map(
    ([, number], at) =>
      `<row><c t="s"><v>${at}</v></c><c><v>${number}</v></c><c t="inlineStr"><is><t>in line ${at}</t></is></c></row>`,
  )
  return makeZip([
    { name: 'xl/workbook.xml', content: `<workbook><sheets><sheet name="${sheet}"/></sheets></workbook>` },
    { name: 'xl/sharedStrings.xml', content: `<sst>${shared}</sst>` },
    { name: 'xl/worksheets/sheet1.xml', content: `<worksheet><sheetData>${cells.join('')}</sheetData></worksheet>` },
  ])
}

export function makePptx(...slides: string[]): Buffer {
  return makeZip([
    { name: 'ppt/presentation.xml', content: '<p:presentation/>' },
    ...slides.map((text, at) => ({
      name: `ppt/slides/slide${at + 1}.xml`,
      content: `<p:sld><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:sld>`,
    })),
  ])
}

export function makeOdt(...paragraphs: string[]): Buffer {
  const body = paragraphs.map((text) => `<text:p>${text}</text:p>`).join('')
  return makeZip([
    { name: 'mimetype', content: 'application/vnd.oasis.opendocument.text' },
    {
      name: 'content.xml',
      content: `<office:document-content><office:body>${body}</office:body></office:document-content>`,
    },
    { name: 'META-INF/manifest.xml', content: '<manifest:manifest/>' },
  ])
}

/** One page of these lines; `more` goes into the trailer. */
export function makePdf(lines: readonly string[], more = ''): Buffer {
  const stream = `BT /F1 12 Tf 30 800 Td ${lines.map((line) => `(${line}) Tj 0 -16 Td`).join(' ')} ET`
  return pdfOf(`<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`, more)
}

/** A page whose content unpacks to this many bytes. */
export async function makePdfBomb(megabytes: number): Promise<Buffer> {
  const packer = createDeflate({ level: 9 })
  const whole = readAll(packer)
  const piece = Buffer.alloc(1_000_000, 0x20)
  for (let at = 0; at < megabytes; at += 1) if (!packer.write(piece)) await once(packer, 'drain')
  packer.end()
  const packed = (await whole).toString('latin1')
  return pdfOf(`<< /Filter /FlateDecode /Length ${packed.length} >>\nstream\n${packed}\nendstream`, '')
}

function pdfOf(content: string, more: string): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    content,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let pdf = '%PDF-1.4\n'
  const offsets = objects.map((object, at) => {
    const offset = pdf.length
    pdf += `${at + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const start = pdf.length
  const places = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  pdf += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${more} >>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(pdf, 'latin1')
}

/** A PDF that only a password opens (standard security handler, revision 2). */
export function makeLockedPdf(): Buffer {
  const key = '0'.repeat(64)
  return makePdf(['secret'], `/ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /O <${key}> /U <${key}> /P -4 >>`)
}
