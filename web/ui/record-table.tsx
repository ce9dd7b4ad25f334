import { Card, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './record-table.module.css'

export type Column<T> = { head: string; cell: (row: T) => ReactNode; align?: 'end' }
type RecordTableProps<T> = {
  label: string
  rows: readonly T[]
  keyOf: (row: T) => string
  columns: readonly Column<T>[]
  empty: string
}

/** A table on wide screens, a stack of records on narrow ones. */
export function RecordTable<T>({ label, rows, keyOf, columns, empty }: RecordTableProps<T>) {
  if (rows.length === 0) return <Text c="dimmed">{empty}</Text>
  return (
    <Card withBorder radius="lg" padding={0} className={classes.frame}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ head, align }) => (
              <th key={head} scope="col" data-align={align}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ head, cell, align }) => (
                <td key={head} data-head={head} data-align={align}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  )
}
