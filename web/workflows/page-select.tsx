import { Select, Stack, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Document } from '#schema/document.ts'
import { pagesFoundQuery } from '../api/workflows.ts'
import { typeNames } from '../ui/document-types.ts'

type PageSelectProps = {
  scope: string
  label: string
  hideLabel?: boolean
  description?: string
  chosen: Pick<Document, 'id' | 'title'> | undefined
  onChoose: (document: Document | undefined) => void
  'data-path'?: string
  error?: string | undefined
  onBlur?: () => void
}

/** Chooses one page of the scope by searching for it. */
export function PageSelect({ scope, chosen, onChoose, label, hideLabel = false, ...field }: PageSelectProps) {
  const [text, setText] = useState(chosen?.title ?? '')
  const [settled] = useDebouncedValue(text.trim(), 250)
  const { data: found = [], isFetching } = useQuery(pagesFoundQuery(scope, settled === chosen?.title ? '' : settled))
  const others = found.filter(({ id }) => id !== chosen?.id)
  const documents = [...(chosen === undefined ? [] : [chosen]), ...others]
  return (
    <Select
      {...field}
      {...(hideLabel ? { 'aria-label': label } : { label })}
      placeholder="Search for a page"
      searchable
      clearable={chosen !== undefined}
      clearButtonProps={{ 'aria-label': `Clear: ${label}` }}
      filter={({ options }) => options}
      data={documents.map(({ id, title }) => ({ value: id, label: title }))}
      renderOption={({ option }) => (
        <Found document={others.find(({ id }) => id === option.value)} label={option.label} />
      )}
      nothingFoundMessage={nothingWords(settled, isFetching || settled !== text.trim())}
      value={chosen?.id ?? null}
      searchValue={text}
      onSearchChange={setText}
      onChange={(id) => onChoose(others.find((document) => document.id === id))}
    />
  )
}

/** Titles alone may be the same in two spaces, or of a page and its folder. */
function Found({ document, label }: { document: Document | undefined; label: string }) {
  return (
    <Stack gap={0}>
      <Text size="sm">{label}</Text>
      {document !== undefined && (
        <Text size="xs" c="dimmed">
          {typeNames[document.type]} in {document.space.name}
        </Text>
      )}
    </Stack>
  )
}

function nothingWords(text: string, busy: boolean): string {
  if (text === '') return 'Type words of the page.'
  return busy ? 'Searching …' : 'No page is found with these words.'
}
