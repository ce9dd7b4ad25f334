import { Input } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { IconTrash } from '@tabler/icons-react'
import { documentQuery } from '../api/content.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Row, Rows } from '../ui/rows.tsx'
import { useEditor, useField } from './editor-context.ts'
import { PageSelect } from './page-select.tsx'

type PageListProps = { label: string; path: string; ids: readonly string[]; onChange: (ids: string[]) => void }

/** Pages whose whole branches are meant. */
export function PageList({ label, path, ids, onChange }: PageListProps) {
  const { scope } = useEditor()
  const field = useField(path, true)
  const titles = useTitles(ids)
  return (
    <Input.Wrapper label={label} labelElement="div">
      {ids.length > 0 && (
        <Rows label={label}>
          {ids.map((id) => (
            <Row
              key={id}
              action={
                <IconButton
                  label={`Remove ${titles[id] ?? 'a page'}`}
                  onClick={() => onChange(ids.filter((one) => one !== id))}
                >
                  <IconTrash size={16} stroke={1.7} aria-hidden />
                </IconButton>
              }
            >
              {titles[id] ?? id}
            </Row>
          ))}
        </Rows>
      )}
      <div style={{ marginTop: ids.length > 0 ? 8 : 0 }}>
        <PageSelect
          key={ids.length}
          scope={scope}
          label={`${label}: add a page`}
          hideLabel
          chosen={undefined}
          onChoose={(document) => document !== undefined && onChange([...new Set([...ids, document.id])])}
          {...field}
        />
      </div>
    </Input.Wrapper>
  )
}

/** Titles of documents by id; one that is gone, or not to be seen, has none. */
export function useTitles(ids: readonly string[]): Readonly<Record<string, string>> {
  const answers = useQueries({ queries: ids.map((id) => ({ ...documentQuery(id, 'html'), staleTime: 60_000 })) })
  return Object.fromEntries(answers.flatMap(({ data }) => (data === undefined ? [] : [[data.id, data.title]])))
}
