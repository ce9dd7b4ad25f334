import { expect, test } from 'vitest'
import { bodyHash } from './same-body.ts'

const isSame = (one: string, other: string) => bodyHash(one) === bodyHash(other)

test('space before the end of an empty element, between elements and around all makes no other body; words do', () => {
  expect(isSame('<p>a<br/>b</p>\n<hr />  ', '<p>a<br \n/>b</p><hr/>')).toBe(true)
  expect(isSame('<p>a<br/> b</p>', '<p>a<br/>b</p>')).toBe(false)
  expect(isSame('<p>a b</p>', '<p>a  b</p>')).toBe(false)
  expect(isSame('<hr/> />x', '<hr/>/> x')).toBe(false)
})

test('a body as large as one may be is compared at once, whatever runs it holds', () => {
  const most = 5_000_000
  const run = ' '.repeat(most)
  // What takes the square of these would not end within hours.
  for (const body of [
    `<p>${run}x</p>`,
    `<p>${'<br />'.repeat(most / 6)}</p>`,
    `<p>${'> '.repeat(most / 2)}x</p>`,
    `<p>${' local-id="'.repeat(most / 11)}</p>`,
    `<p>${'&nbsp'.repeat(most / 5)}</p>`,
  ])
    expect(bodyHash(body)).toHaveLength(43)
})
