import { Button, Group, NativeSelect, TextInput } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { DocumentType } from '#schema/document.ts'
import { spacesQuery } from '../api/content.ts'
import { itemsOf } from '../api/paged.ts'
import { typeNames } from '../ui/document-types.ts'
import classes from './filters.module.css'

const route = getRouteApi('/signed-in/search')

/** Narrows the search by space, kind, label and age; each choice goes into the address at once. */
export function Filters() {
  const { q, space = '', type = '', label = '', updatedAfter = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const { data } = useInfiniteQuery(spacesQuery)
  const spaces = itemsOf(data?.pages).map(({ key, name }) => ({ value: key, label: name }))
  const isUnknown = space !== '' && !spaces.some(({ value }) => value === space)
  const isFiltered = [space, type, label, updatedAfter].some((value) => value !== '')

  function choose(change: { space?: string; type?: string; label?: string; updatedAfter?: string }): void {
    void navigate({ search: (previous) => ({ ...previous, ...change }), replace: true })
  }

  function submitLabel(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const typed = new FormData(event.currentTarget).get('label')
    choose({ label: typeof typed === 'string' ? typed : '' })
  }

  return (
    <Group gap="sm" align="flex-end" mb="lg" component="section" aria-label="Filters" className={classes.filters}>
      <NativeSelect
        label="Space"
        value={space}
        data={[{ value: '', label: 'All spaces' }, ...spaces, ...(isUnknown ? [{ value: space, label: space }] : [])]}
        onChange={(event) => choose({ space: event.currentTarget.value })}
      />
      <NativeSelect
        label="Kind"
        value={type}
        data={[
          { value: '', label: 'All kinds' },
          ...DocumentType.options.map((value) => ({ value, label: typeNames[value] })),
        ]}
        onChange={(event) => choose({ type: event.currentTarget.value })}
      />
      <form onSubmit={submitLabel}>
        <TextInput
          key={label}
          label="Label"
          name="label"
          defaultValue={label}
          placeholder="any"
          onBlur={(event) => event.currentTarget.value !== label && choose({ label: event.currentTarget.value })}
        />
      </form>
      <TextInput
        label="Updated after"
        type="date"
        value={updatedAfter}
        onChange={(event) => choose({ updatedAfter: event.currentTarget.value })}
      />
      {isFiltered && (
        <Button variant="subtle" onClick={() => void navigate({ search: { q } })}>
          Clear filters
        </Button>
      )}
    </Group>
  )
}
