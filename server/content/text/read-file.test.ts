import { describe, expect, test } from 'vitest'
import { makeDocx, makeLockedPdf, makeOdt, makePdf, makePptx, makeXlsx, makeZip } from '#server/test/make-files.ts'
import { TEXT_CHARACTERS } from './outcome.ts'
import { readFileText } from './read-file.ts'

const read = (content: Buffer | string, name: string) => readFileText(Buffer.from(content), name)

describe('the words of every kind', () => {
  test.each([
    ['a.pdf', makePdf(['Gate certificate', 'probe PT-4471']), 'Gate certificate\nprobe PT-4471'],
    ['a.docx', makeDocx('First line', 'salt &amp; water'), 'First line\nsalt & water'],
    [
      'a.xlsx',
      makeXlsx('Levels', [
        ['upper gate', 4711],
        ['lower gate', 12],
      ]),
      'Levels\nupper gate\t4711\tin line 0\t\nlower gate\t12\tin line 1',
    ],
    ['a.pptx', makePptx('First slide', 'Second slide'), 'First slide\nSecond slide'],
    ['a.odt', makeOdt('Wasserstand', 'und Pegel'), 'Wasserstand\nund Pegel'],
    ['a.txt', 'plain words', 'plain words'],
    ['a.csv', 'gate;level\nupper;4', 'gate;level\nupper;4'],
    ['a.md', '# Gate\n\nopens', '# Gate\n\nopens'],
    ['utf16.txt', Buffer.from('\ufeffSchleuse', 'utf16le'), 'Schleuse'],
    ['old.txt', Buffer.from('Über Öl', 'latin1'), 'Über Öl'],
  ])('%s', async (name, content, text) => {
    expect(await read(content, name)).toEqual({ state: 'extracted', text, detail: '' })
  })

  test('a web page and a drawing give their words and none of their code', async () => {
    const page =
      '<!doctype html><title>Gates</title><script>alert("x")</script><style>p{}</style><p>The upper<b>most</b></p>'
    expect(await read(page, 'a.html')).toEqual({ state: 'extracted', text: 'Gates\nThe uppermost', detail: '' })
    const drawing = '<?xml version="1.0"?><!-- made by hand --><svg><script>x()</script><text>Sluice</text></svg>'
    expect(await read(drawing, 'a.svg')).toMatchObject({ state: 'extracted', text: 'Sluice' })
  })

  test('slides come in their order, the tenth after the second', async () => {
    const slides = Array.from({ length: 11 }, (_, at) => `slide-${at + 1}`)
    expect((await read(makePptx(...slides), 'a.pptx')).text.split('\n')).toEqual(slides)
  })

  test('of a long text so much is found as it says', async () => {
    const outcome = await read('gate '.repeat(TEXT_CHARACTERS), 'a.txt')
    expect(outcome.text.length).toBeLessThanOrEqual(TEXT_CHARACTERS)
    expect(outcome.detail).toMatch(/the first 200,000 characters/)
  })
})

describe('F4: what is not what it should be has its reason', () => {
  test.each([
    ['locked.pdf', makeLockedPdf(), 'failed', /protected by a password/],
    ['broken.pdf', '%PDF-1.7 and then nothing', 'failed', /PDF is broken/],
    ['empty.pdf', makePdf([]), 'none', /no text/],
    [
      'bomb.docx',
      makeZip([{ name: 'word/document.xml', content: Buffer.alloc(80_000_000, 0x20) }]),
      'failed',
      /unpacks to more than 64 MB/,
    ],
    [
      'liar.docx',
      makeZip([{ name: 'word/document.xml', content: '<w:t>few</w:t>', claims: 2_147_483_647 }]),
      'extracted',
      /^$/,
    ],
    ['cut.docx', makeDocx('whole').subarray(0, 90), 'failed', /broken/],
    ['files.zip', makeZip([{ name: 'a.txt', content: 'inside' }]), 'none', /archive/],
    ['old.doc', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'none', /old or encrypted Office/],
    ['report.pdf', 'only words', 'extracted', /ends in .pdf, but it is plain text/],
    ['report.docx', makePdf(['a page']), 'extracted', /ends in .docx, but it is a PDF/],
    ['a.png', Buffer.from('89504e470d0a1a0a0000000d', 'hex'), 'none', /^$/],
    ['nothing.txt', '', 'none', /^$/],
  ])('%s', async (name, content, state, detail) => {
    const outcome = await read(content, name)
    expect(outcome.state).toBe(state)
    expect(outcome.detail).toMatch(detail)
    expect(outcome.text.includes('secret')).toBe(false)
  })

  test('an archive with more entries than it has, and one that points outside itself, are broken', async () => {
    const zip = makeZip([{ name: 'word/document.xml', content: '<w:t>x</w:t>' }])
    for (const [at, value] of [
      [zip.length - 12, 60_000],
      [zip.length - 6, 0xffff],
    ] as const) {
      const bent = Buffer.from(zip)
      bent.writeUInt16LE(value, at)
      expect(await read(bent, 'a.docx')).toMatchObject({ state: 'failed' })
    }
  })
})
