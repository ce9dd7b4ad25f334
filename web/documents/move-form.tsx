import { NativeSelect, Radio, Select, Stack } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useForm } from '@mantine/form'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { DocumentDetail } from '#schema/document.ts'
import { DocumentMove } from '#schema/publish.ts'
import { childrenQuery } from '../api/content.ts'
import { itemsOf } from '../api/paged.ts'
import { forgetDocuments, moveDocument } from '../api/publish.ts'
import { pagesFoundQuery } from '../api/workflows.ts'
import { FormActions } from '../ui/form-actions.tsx'
import { FormProblem, useSubmit } from '../ui/form.tsx'
import { notifySuccess } from '../ui/notify.ts'

type MoveValues = { parentId: string | null; after: string }

/** Puts a page, with all below it, to another place of its space. */
export function MoveForm({ document, onDone }: { document: DocumentDetail; onDone: () => void }) {
  const queryClient = useQueryClient()
  const { space, parentId } = document
  const [isTop, setTop] = useState(false)
  const form = useForm<MoveValues>({ initialValues: { parentId: null, after: '' } })
  const { onSubmit, problem, busy } = useSubmit({
    form,
    schema: DocumentMove,
    toInput: ({ parentId, after }) => ({ parentId: isTop ? null : parentId, ...(after !== '' && { after }) }),
    send: (input) => moveDocument(document.id, input),
    onDone: async () => {
      await forgetDocuments(queryClient)
      notifySuccess(`“${document.title}” was moved`)
      onDone()
    },
  })
  const target = isTop ? 'none' : form.values.parentId
  return (
    <form
      onSubmit={(event) => {
        if (isTop || form.values.parentId !== null) return onSubmit(event)
        event.preventDefault()
        form.setFieldError('parentId', 'Choose the page that it comes to stand below.')
      }}
    >
      <Stack>
        <Radio.Group
          label="Where to"
          value={isTop ? 'top' : 'below'}
          onChange={(value) => {
            setTop(value === 'top')
            form.setValues({ after: '' })
          }}
        >
          <Stack gap={6} mt={6}>
            <Radio value="below" label="Below another page" />
            <Radio value="top" label={`The top of ${space.name}`} disabled={parentId === null} />
          </Stack>
        </Radio.Group>
        {!isTop && (
          <ParentSelect
            document={document}
            value={form.values.parentId}
            error={form.errors['parentId']}
            onChoose={(id) => form.setValues({ parentId: id, after: '' })}
          />
        )}
        {target !== null && (
          <PlaceSelect
            document={document}
            parent={target}
            value={form.values.after}
            onChange={(after) => form.setValues({ after })}
          />
        )}
        <FormProblem problem={problem} />
        <FormActions label="Move" busy={busy} onCancel={onDone} />
      </Stack>
    </form>
  )
}

type ParentSelectProps = {
  document: DocumentDetail
  value: string | null
  error: ReactNode
  onChoose: (id: string | null) => void
}

function ParentSelect({ document, value, error, onChoose }: ParentSelectProps) {
  const [text, setText] = useState('')
  const [settled] = useDebouncedValue(text.trim(), 250)
  const { data: found = [], isFetching } = useQuery(pagesFoundQuery(`space:${document.space.key}`, settled))
  const pages = found.filter(({ id, type }) => id !== document.id && (type === 'page' || type === 'folder'))
  const known = new Map(pages.map(({ id, title }) => [id, title]))
  const [chosen, setChosen] = useState<string>()
  const data = pages.map(({ id, title }) => ({ value: id, label: title }))
  if (value !== null && !known.has(value)) data.unshift({ value, label: chosen ?? text })
  return (
    <Select
      label="Page"
      required
      searchable
      placeholder="Search for a page"
      filter={({ options }) => options}
      data={data}
      value={value}
      error={error}
      searchValue={text}
      onSearchChange={setText}
      nothingFoundMessage={
        settled === '' ? 'Type words of the page.' : isFetching ? 'Searching …' : 'No page is found with these words.'
      }
      onChange={(id) => {
        setChosen(id === null ? undefined : known.get(id))
        onChoose(id)
      }}
    />
  )
}

type PlaceSelectProps = {
  document: DocumentDetail
  parent: string
  value: string
  onChange: (after: string) => void
}

/** Behind which of the pages there. */
function PlaceSelect({ document, parent, value, onChange }: PlaceSelectProps) {
  const siblings = useInfiniteQuery(childrenQuery(document.space.key, parent))
  const others = itemsOf(siblings.data?.pages).filter(({ id, type }) => id !== document.id && type === 'page')
  if (others.length === 0) return null
  return (
    <NativeSelect
      label="Place"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={[
        { value: '', label: 'Last' },
        ...others.map(({ id, title }) => ({ value: id, label: `Behind “${title}”` })),
      ]}
    />
  )
}
