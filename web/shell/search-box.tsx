import { Kbd, TextInput } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useRef } from 'react'
import classes from './shell.module.css'

/** Search from every page; `/` jumps here. Its text is the address's `q`, its filters stay as they are. */
export function SearchBox() {
  const navigate = useNavigate()
  const search = useSearch({ strict: false })
  const input = useRef<HTMLInputElement>(null)
  useHotkeys([['/', jump, { preventDefault: false }]], ['TEXTAREA', 'SELECT'])

  function jump(event: KeyboardEvent): void {
    if (takesText(event.target)) return
    event.preventDefault()
    input.current?.focus()
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    const q = input.current?.value.trim() ?? ''
    if (q !== '') void navigate({ to: '/search', search: (previous) => ({ ...previous, q }) })
  }

  return (
    <search className={classes.searchBox}>
      <form onSubmit={submit}>
        <TextInput
          key={search.q ?? ''}
          ref={input}
          type="search"
          name="q"
          aria-label="Search all spaces"
          aria-keyshortcuts="/"
          placeholder="Search"
          defaultValue={search.q ?? ''}
          leftSection={<IconSearch size={16} aria-hidden />}
          rightSection={
            <Kbd size="xs" aria-hidden>
              /
            </Kbd>
          }
          radius="xl"
        />
      </form>
    </search>
  )
}

/** A slash is text in a field; on a radio button or a box it is not. */
function takesText(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && !['radio', 'checkbox'].includes(target.type)
}
