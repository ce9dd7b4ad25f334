import { expect, test } from 'vitest'
import { makePdfBomb, makeZip } from '#server/test/make-files.ts'
import { openTextReader } from './reader.ts'

async function* piecesOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000)
}

const file = (text: string) => piecesOf(Buffer.from(text))

test('files are read one after the other in one process, also many at once', async () => {
  await using reader = openTextReader()
  const texts = Array.from({ length: 20 }, (_, at) => `file ${at} ${'x'.repeat(at * 20_000)}`)
  const read = await Promise.all(texts.map((text, at) => reader.read(`${at}.txt`, file(text))))
  expect(read.map((one) => one.text.length)).toEqual(texts.map((text) => Math.min(text.trim().length, 200_000)))
})

test('a file that takes too long is given up, and the next one is read', async () => {
  // A table of texts that unpacks to just under what is let through, in objects many times its size.
  const shared = `<sst>${'<si><t>a</t></si>'.repeat(3_700_000)}</sst>`
  const greedy = makeZip([
    { name: 'xl/workbook.xml', content: '<workbook/>' },
    { name: 'xl/sharedStrings.xml', content: shared },
    { name: 'xl/worksheets/sheet1.xml', content: '<worksheet/>' },
  ])
  await using reader = openTextReader({ timeoutMs: 500 })
  expect(await reader.read('greedy.xlsx', piecesOf(greedy))).toMatchObject({
    state: 'failed',
    detail: expect.stringContaining('too much memory or time'),
  })
  expect(await reader.read('next.txt', file('still here'))).toMatchObject({ text: 'still here' })
})

test('a PDF that unpacks to a gigabyte is given up before it takes the machine’s memory, and the next file is read', async () => {
  const bomb = await makePdfBomb(1000)
  expect(bomb.length).toBeLessThan(2_000_000)
  await using reader = openTextReader()
  expect(await reader.read('bomb.pdf', piecesOf(bomb))).toMatchObject({ state: 'failed', text: '' })
  expect(await reader.read('next.txt', file('still here'))).toMatchObject({ text: 'still here' })
})

test('bytes that end with an error are the caller’s error, and the next file is read', async () => {
  await using reader = openTextReader()
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from('begins')
    throw new Error('the database went away')
  }
  await expect(reader.read('a.txt', broken())).rejects.toThrow('the database went away')
  expect(await reader.read('next.txt', file('still here'))).toMatchObject({ text: 'still here' })
})
